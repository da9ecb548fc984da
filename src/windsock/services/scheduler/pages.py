"""Pages of a list: where the next one begins, as an opaque token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from windsock.kernel.errors import ValidationError
from windsock.services.scheduler.limits import PAGE_SIZE
from windsock.store.statements import Row


def page_size(params: Mapping[str, Any]) -> int:
    """How many are asked for at most."""
    size: int = params.get("MaxResults") or PAGE_SIZE
    return size


def start_after(params: Mapping[str, Any], parts: int) -> Sequence[str]:
    """The key, of so many parts, after which the page begins; empty ones for the first page.

    Raises ValidationError for a token that is none of ours.
    """
    token: str | None = params.get("NextToken")
    if token is None:
        return [""] * parts
    try:
        key = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValidationError("Invalid NextToken.") from error
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(part, str) for part in key):
        raise ValidationError("Invalid NextToken.")
    return key


def page(
    name: str,
    found: Sequence[Row],
    size: int,
    key: Callable[[Row], Sequence[str]],
    form: Callable[[Row], Any],
) -> dict[str, Any]:
    """The answer `{name: [...], "NextToken": ...}`; more found than `size` means there is a next page."""
    answer: dict[str, Any] = {name: [form(each) for each in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = base64.urlsafe_b64encode(orjson.dumps(key(found[size - 1]))).decode()
    return answer
