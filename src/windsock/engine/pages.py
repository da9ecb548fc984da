"""Pages of lists: a page says where the next one begins by an opaque token, the key of the last item shown.

A key rather than a count, so that pages neither repeat nor skip items when others come and go between them.
A token is the URL-safe base64 of the JSON list of the key's parts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import orjson

T = TypeVar("T")
Part: TypeAlias = str | int
Key: TypeAlias = str | Sequence[Part]

# What an integer of the store can be: a greater one, in a token of the caller's own making, finds no row.
_INTEGERS = range(-(2**63), 2**63)


class InvalidPageToken(ValueError):
    """A token that no list of this kind has given. Services answer their own error instead."""


def make_token(key: Key) -> str:
    """The token for what comes after the item with this key; one text is the key of one part."""
    parts = [key] if isinstance(key, str) else list(key)
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


def read_token(token: str, like: Sequence[Part]) -> list[Any]:
    """The parts of the key in a token, as many and of the same types as those of `like`.

    Raises InvalidPageToken for any other text.
    """
    try:
        parts = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except ValueError as error:
        raise InvalidPageToken(token) from error
    if not isinstance(parts, list) or [type(part) for part in parts] != [type(part) for part in like]:
        raise InvalidPageToken(token)
    if any(isinstance(part, int) and part not in _INTEGERS for part in parts):
        raise InvalidPageToken(token)
    return parts


def page(
    member: str,
    found: Sequence[T],
    size: int,
    key: Callable[[T], Key],
    show: Callable[[T], Any],
    *,
    next_member: str = "NextToken",
) -> dict[str, Any]:
    """The answer `{member: [...], next_member: token}` that shows the first `size` of `found`.

    `found` is in the order of `key`, and holds at least one more than fits if there is a next page;
    otherwise the answer has no `next_member`.
    """
    answer: dict[str, Any] = {member: [show(each) for each in found[:size]]}
    if len(found) > size:
        answer[next_member] = make_token(key(found[size - 1]))
    return answer
