"""What is wrong with a filter pattern."""

from __future__ import annotations


class InvalidFilter(ValueError):
    """A pattern that CloudWatch Logs refuses (InvalidParameterException); `reason` says where and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
