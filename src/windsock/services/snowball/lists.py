"""Lists in pages, the oldest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.services.snowball.errors import InvalidNextToken
from windsock.services.snowball.limits import PAGE
from windsock.store.statements import Row


def listed(
    member: str, found: Sequence[Row], params: Params, show: Callable[[Row], dict[str, Any]]
) -> dict[str, Any]:
    """The page of `found` that a request asks for."""
    after: list[Any] = [-1, ""]
    if params.get("NextToken"):
        try:
            after = read_token(params["NextToken"], after)
        except InvalidPageToken as error:
            raise InvalidNextToken from error
    rest = [row for row in found if [row.created_ms, row.id] > after]
    return page(member, rest, params.get("MaxResults") or PAGE, lambda row: (row.created_ms, row.id), show)
