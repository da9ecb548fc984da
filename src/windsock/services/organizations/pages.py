"""Pages of lists, by what comes after the last item shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from windsock.engine import pages
from windsock.engine.operations import Params
from windsock.services.organizations.errors import InvalidInput
from windsock.services.organizations.limits import PAGE

T = TypeVar("T")


def page(
    params: Params, member: str, found: Sequence[T], key: Callable[[T], str], show: Callable[[T], Any]
) -> dict[str, Any]:
    """The page of `found`, in the order of their keys, that a call asks for. Raises InvalidInput."""
    after = ""
    if "NextToken" in params:
        try:
            (after,) = pages.read_token(params["NextToken"], [""])
        except pages.InvalidPageToken as error:
            raise InvalidInput("You provided invalid values.", "INVALID_NEXT_TOKEN") from error
    ordered = sorted((each for each in found if key(each) > after), key=key)
    return pages.page(member, ordered, params.get("MaxResults", PAGE), key, show)
