"""Pages of lists: the token that says where the next one begins, and the rows of one page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import orjson

from windsock.engine.operations import Params
from windsock.services.logs.errors import InvalidToken
from windsock.services.logs.limits import PAGE_ITEMS
from windsock.store.statements import Row

Key = Callable[[Row], tuple[str | int, ...]]

# Sorts after every name that begins with what stands before it.
AFTER_ALL = "\U0010ffff"


def make_token(*key: str | int) -> str:
    """An opaque token that holds the key of the last item of a page."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode()


def read_token(token: str, *kinds: type) -> tuple[Any, ...]:
    """The key in a token, whose parts must be of the `kinds`. Raises InvalidToken."""
    try:
        key = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidToken from error
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise InvalidToken
    return tuple(key)


def last_name(params: Params) -> str:
    """The name after which the page asked for begins: empty for the first page."""
    token = params.get("nextToken")
    return "" if token is None else str(read_token(token, str)[0])


def prefix_range(params: Params, member: str) -> dict[str, str]:
    """Values for a statement that reads the names beginning with the parameter `member`, by page."""
    prefix = params.get(member) or ""
    return {"of_first": prefix, "of_last": prefix + AFTER_ALL, "of_after": last_name(params)}


def limit_of(params: Params) -> int:
    """How many items the caller wants on a page."""
    return int(params.get("limit") or PAGE_ITEMS)


def page_of(member: str, rows: list[Row], limit: int, show: Callable[[Row], Any], key: Key) -> dict[str, Any]:
    """The answer that shows the first `limit` of `rows` under `member`.

    `rows` holds one more than fits if there is a next page, whose token is then made of the last `key`.
    """
    page: dict[str, Any] = {member: [show(row) for row in rows[:limit]]}
    if len(rows) > limit:
        page["nextToken"] = make_token(*key(rows[limit - 1]))
    return page


def by_name(row: Row) -> tuple[str]:
    """The key of a list that is ordered by name."""
    return (row.name,)
