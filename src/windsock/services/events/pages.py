"""Pages of a list: where the next one begins, as an opaque token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from windsock.kernel.errors import ValidationError
from windsock.services.events.limits import PAGE_SIZE

T = TypeVar("T")


def page_size(params: Mapping[str, Any]) -> int:
    """How many are asked for at most."""
    size: int = params.get("Limit") or PAGE_SIZE
    return size


def start_after(params: Mapping[str, Any]) -> str:
    """The key after which the page begins; empty for the first page. Raises ValidationError."""
    token: str | None = params.get("NextToken")
    if token is None:
        return ""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise ValidationError("Parameter NextToken is not valid.") from error


def page(
    name: str, found: Sequence[T], size: int, key: Callable[[T], str], form: Callable[[T], Any]
) -> dict[str, Any]:
    """The answer `{name: [...], "NextToken": ...}`; more found than `size` means there is a next page."""
    answer: dict[str, Any] = {name: [form(each) for each in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = base64.urlsafe_b64encode(key(found[size - 1]).encode()).decode()
    return answer
