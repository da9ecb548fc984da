"""What is wrong with a filter policy."""

from __future__ import annotations


class InvalidPolicy(ValueError):
    """A policy SNS refuses. `reason` is the tail of AWS's message, which begins according to the call:

    SetSubscriptionAttributes says "Invalid parameter: <reason>", Subscribe "Invalid parameter: Attributes
    Reason: <reason>".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
