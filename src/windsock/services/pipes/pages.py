"""Pages of a list: `NextToken` in and out."""

from __future__ import annotations

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, read_token
from windsock.kernel.errors import ValidationError


def start_after(params: Params) -> str:
    """The name after which the page begins; empty for the first page. Raises ValidationError."""
    token: str | None = params.get("NextToken")
    if token is None:
        return ""
    try:
        return str(read_token(token, [""])[0])
    except InvalidPageToken as error:
        raise ValidationError("Invalid NextToken.") from error
