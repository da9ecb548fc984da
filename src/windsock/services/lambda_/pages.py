"""Pages of a list: `Marker` and `MaxItems` in, `NextMarker` out.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson

from windsock.engine.operations import Params
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import PAGE_SIZE

T = TypeVar("T")


def page_size(params: Params, most: int = PAGE_SIZE) -> int:
    """How many items a page has."""
    return min(params.get("MaxItems") or most, most)


def start_after(params: Params, first: Sequence[Any]) -> list[Any]:
    """The key after which the page begins: `first` for the first page. Raises InvalidParameterValue."""
    marker: str | None = params.get("Marker") or None
    if marker is None:
        return list(first)
    try:
        key = orjson.loads(base64.urlsafe_b64decode(marker))
    except (binascii.Error, ValueError) as error:
        raise InvalidParameterValue("Invalid value for pagination token.") from error
    if not isinstance(key, list) or [type(part) for part in key] != [type(part) for part in first]:
        raise InvalidParameterValue("Invalid value for pagination token.")
    return key


def page(
    name: str, found: Sequence[T], size: int, key: Callable[[T], Sequence[Any]], form: Callable[[T], Any]
) -> dict[str, Any]:
    """The answer `{name: [...], "NextMarker": ...}`; more found than `size` means there is a next page."""
    answer: dict[str, Any] = {name: [form(each) for each in found[:size]]}
    if len(found) > size:
        last = orjson.dumps(list(key(found[size - 1])))
        answer["NextMarker"] = base64.urlsafe_b64encode(last).decode()
    return answer
