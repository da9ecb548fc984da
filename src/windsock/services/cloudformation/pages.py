"""Pages of CloudFormation's lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.services.cloudformation.errors import Invalid
from windsock.services.cloudformation.limits import PAGE_OF_STACKS

T = TypeVar("T")


def paged(
    member: str, found: Sequence[T], params: Mapping[str, Any], key: Callable[[T], str]
) -> dict[str, Any]:
    """The page of a list that a request asks for; keys are unique. Raises Invalid for a token of no list."""
    start = 0
    token = params.get("NextToken")
    if token is not None:
        try:
            (last,) = read_token(token, [""])
        except InvalidPageToken as error:
            raise Invalid("Invalid NextToken") from error
        start = next((number for number, each in enumerate(found, 1) if key(each) == last), len(found))
    return page(member, found[start : start + PAGE_OF_STACKS + 1], PAGE_OF_STACKS, key, lambda each: each)
