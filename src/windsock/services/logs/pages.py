"""Pages of lists: `limit` and `nextToken` in, `nextToken` out, and the names of one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from windsock.engine import pages
from windsock.engine.operations import Params
from windsock.services.logs.errors import InvalidToken
from windsock.services.logs.limits import PAGE_ITEMS
from windsock.store.statements import Row

# Sorts after every name that begins with what stands before it.
AFTER_ALL = "\U0010ffff"


def start_after(params: Params, *first: str | int) -> list[Any]:
    """The key after which the page asked for begins: `first` for the first page. Raises InvalidToken."""
    token: str | None = params.get("nextToken")
    if token is None:
        return list(first)
    try:
        return pages.read_token(token, first)
    except pages.InvalidPageToken as error:
        raise InvalidToken from error


def last_name(params: Params) -> str:
    """The name after which the page asked for begins: empty for the first page. Raises InvalidToken."""
    return str(start_after(params, "")[0])


def prefix_range(params: Params, member: str) -> dict[str, str]:
    """Values for a statement that reads the names beginning with the parameter `member`, by page."""
    prefix = params.get(member) or ""
    return {"of_first": prefix, "of_last": prefix + AFTER_ALL, "of_after": last_name(params)}


def limit_of(params: Params) -> int:
    """How many items the caller wants on a page."""
    return int(params.get("limit") or PAGE_ITEMS)


def page_of(
    member: str, rows: Sequence[Row], limit: int, key: Callable[[Row], pages.Key], show: Callable[[Row], Any]
) -> dict[str, Any]:
    """The answer that shows the first `limit` of `rows`; one row more means there is a next page."""
    return pages.page(member, rows, limit, key, show, next_member="nextToken")


def by_name(row: Row) -> str:
    """The key of a list that is ordered by name."""
    name: str = row.name
    return name
