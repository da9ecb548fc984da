"""Pages of a list: `MaxResults` and `NextToken` in, `NextToken` out."""

from __future__ import annotations

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, read_token
from windsock.kernel.errors import ValidationError
from windsock.services.scheduler.limits import PAGE_SIZE


def page_size(params: Params) -> int:
    """How many are asked for at most."""
    size: int = params.get("MaxResults") or PAGE_SIZE
    return size


def start_after(params: Params, *first: str) -> list[str]:
    """The key after which the page begins: `first` for the first page. Raises ValidationError."""
    token: str | None = params.get("NextToken")
    if token is None:
        return list(first)
    try:
        return read_token(token, first)
    except InvalidPageToken as error:
        raise ValidationError("Invalid NextToken.") from error
