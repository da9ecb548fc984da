"""Pages of a list: a token is the key of the last one shown, in base64, so pages survive changes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from windsock.services.sns.errors import InvalidParameter


def last_shown(token: str | None) -> str:
    """The key the page starts after; empty for the first page. Raises InvalidParameter."""
    if not token:
        return ""
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidParameter("NextToken Reason: Unable to decode token") from error


def page(
    rows: Sequence[Any], size: int, member: str, key: Callable[[Any], str], show: Callable[[Any], Any]
) -> dict[str, Any]:
    """The answer of a list from `rows`, which were asked for one more than `size`."""
    shown = rows[:size]
    result: dict[str, Any] = {member: [show(row) for row in shown]}
    if len(rows) > size:
        result["NextToken"] = base64.b64encode(key(shown[-1]).encode()).decode()
    return result
