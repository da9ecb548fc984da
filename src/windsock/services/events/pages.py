"""Pages of a list: `Limit` and `NextToken` in, `NextToken` out."""

from __future__ import annotations

from typing import TypeVar

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, read_token
from windsock.kernel.errors import ValidationError
from windsock.services.events.limits import PAGE_SIZE

K = TypeVar("K", str, int)


def page_size(params: Params) -> int:
    """How many are asked for at most."""
    size: int = params.get("Limit") or PAGE_SIZE
    return size


def start_after(params: Params, first: K) -> K:
    """The key after which the page begins: `first` for the first page. Raises ValidationError."""
    token: str | None = params.get("NextToken")
    if token is None:
        return first
    try:
        key: K = read_token(token, [first])[0]
    except InvalidPageToken as error:
        raise ValidationError("Parameter NextToken is not valid.") from error
    return key
