"""Pages of a list: `Marker` and `MaxItems` in, `NextMarker` out.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from windsock.engine import pages
from windsock.engine.operations import Params
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import PAGE_SIZE

T = TypeVar("T")


def page_size(params: Params, most: int = PAGE_SIZE) -> int:
    """How many items a page has."""
    return min(params.get("MaxItems") or most, most)


def start_after(params: Params, first: Sequence[str | int]) -> list[Any]:
    """The key after which the page begins: `first` for the first page. Raises InvalidParameterValue."""
    marker: str | None = params.get("Marker") or None
    if marker is None:
        return list(first)
    try:
        return pages.read_token(marker, first)
    except pages.InvalidPageToken as error:
        raise InvalidParameterValue("Invalid value for pagination token.") from error


def page(
    name: str, found: Sequence[T], size: int, key: Callable[[T], pages.Key], form: Callable[[T], Any]
) -> dict[str, Any]:
    """The answer that shows the first `size` of `found`; one more means there is a next page."""
    return pages.page(name, found, size, key, form, next_member="NextMarker")
