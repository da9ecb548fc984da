"""Pages of lists: `maxResults` and `nextToken` in and out.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from windsock.engine import pages
from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, Key, Part, read_token
from windsock.services.stepfunctions.errors import InvalidToken
from windsock.services.stepfunctions.limits import PAGE_SIZE

T = TypeVar("T")


def page_size(params: Params) -> int:
    """How many items a page has; 0 is the same as not saying it."""
    return params.get("maxResults") or PAGE_SIZE


def start_after(params: Params, first: Sequence[Part]) -> list[Any]:
    """The key after which the page begins; `first` before the first page. Raises InvalidToken."""
    token: str | None = params.get("nextToken")
    if token is None:
        return list(first)
    try:
        return read_token(token, first)
    except InvalidPageToken as error:
        raise InvalidToken from error


def page(
    member: str, found: Sequence[T], size: int, key: Callable[[T], Key], show: Callable[[T], Any]
) -> dict[str, Any]:
    """The answer that shows the first `size` of `found`; see `engine.pages.page`."""
    return pages.page(member, found, size, key, show, next_member="nextToken")
