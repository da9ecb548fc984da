"""Pages of a list: `NextToken` in, a hundred out."""

from __future__ import annotations

from windsock.engine.pages import InvalidPageToken, read_token
from windsock.kernel.scope import Scope
from windsock.services.sns.errors import InvalidParameter


def start_after(token: str | None, *first: str) -> list[str]:
    """The key after which the page begins: `first` for the first page. Raises InvalidParameter."""
    if not token:
        return list(first)
    try:
        return read_token(token, first)
    except InvalidPageToken as error:
        raise InvalidParameter("NextToken Reason: Unable to decode token") from error


def rows_after(scope: Scope, token: str | None) -> dict[str, str]:
    """Values for a statement that reads the rows of a scope after the key, of one part, in a token."""
    (after,) = start_after(token, "")
    return {**scope.columns, "after": after}
