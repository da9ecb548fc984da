"""Pages of Health's lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.services.health.errors import InvalidPaginationToken
from windsock.services.health.limits import PAGE_SIZE

T = TypeVar("T")


def page_of(
    member: str, found: Sequence[T], params: Params, key: Callable[[T], str], show: Callable[[T], Any]
) -> dict[str, Any]:
    """The page that is asked for of a list; it begins after the item that its token names."""
    rest = list(found)
    if "nextToken" in params:
        try:
            after = read_token(params["nextToken"], [""])[0]
        except InvalidPageToken as error:
            raise InvalidPaginationToken from error
        keys = [key(each) for each in rest]
        rest = rest[keys.index(after) + 1 :] if after in keys else []
    return page(member, rest, params.get("maxResults") or PAGE_SIZE, key, show, next_member="nextToken")
