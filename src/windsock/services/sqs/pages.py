"""Listing queues in pages: opaque tokens that hold the last name shown.

Source: API_ListQueues, "NextToken" and "MaxResults".
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from windsock.engine.operations import Params
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.limits import MAX_QUEUES_LISTED


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: up to `size` names after `after`."""

    size: int
    after: str
    tokens: bool

    def cut(self, names: list[str]) -> tuple[list[str], str | None]:
        """The names to show, and the token for what follows. `names` has one more if something does."""
        if len(names) <= self.size:
            return names, None
        shown = names[: self.size]
        token = urlsafe_b64encode(shown[-1].encode()).decode() if self.tokens else None
        return shown, token


def page_of(params: Params) -> Page:
    """What MaxResults and NextToken ask for. Without MaxResults there is one page of 1,000 and no token."""
    size = params.get("MaxResults")
    token = params.get("NextToken")
    if size is not None and not 1 <= size <= MAX_QUEUES_LISTED:
        raise InvalidParameterValue.of(
            "MaxResults", size, f"MaxResults must be an integer between 1 and {MAX_QUEUES_LISTED}."
        )
    if not token:
        return Page(size or MAX_QUEUES_LISTED, "", size is not None)
    if size is None:
        raise InvalidParameterValue(
            "MaxResults is a mandatory parameter when you provide a value for NextToken."
        )
    try:
        after = urlsafe_b64decode(token).decode()
    except ValueError:
        raise InvalidParameterValue("Invalid or expired next token.") from None
    return Page(size, after, True)
