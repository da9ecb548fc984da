"""Listing queues in pages: `MaxResults` and `NextToken` in, `NextToken` out.

Source: API_ListQueues, "NextToken" and "MaxResults".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.limits import MAX_QUEUES_LISTED


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: up to `size` names after `after`."""

    size: int
    after: str
    tokens: bool

    def of(self, member: str, names: Sequence[str], show: Callable[[str], Any]) -> dict[str, Any]:
        """The answer that shows `names`, of which there is one more than fits if something follows."""
        answer = page(member, names, self.size, str, show)
        if not self.tokens:
            answer.pop("NextToken", None)
        return answer


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
        (after,) = read_token(token, [""])
    except InvalidPageToken as error:
        raise InvalidParameterValue("Invalid or expired next token.") from error
    return Page(size, after, True)
