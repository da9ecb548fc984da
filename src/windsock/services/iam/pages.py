"""Pages of IAM's lists: `Marker` and `MaxItems` in, `IsTruncated` and `Marker` out.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from windsock.engine.operations import Params
from windsock.engine.pages import InvalidPageToken, make_token, read_token
from windsock.services.iam.errors import ValidationError

T = TypeVar("T")

_DEFAULT_SIZE: Final = 100


def page(
    params: Params, member: str, items: Iterable[T], key: Callable[[T], str], show: Callable[[T], Any]
) -> dict[str, Any]:
    """The page of `items` that the parameters ask for, under `member`, in the order of `key`.

    Raises ValidationError for a Marker that no such list has given.
    """
    size: int = params.get("MaxItems", _DEFAULT_SIZE)
    after = _after(params.get("Marker"))
    rest = [item for item in sorted(items, key=key) if key(item) > after]
    answer: dict[str, Any] = {
        member: [show(item) for item in rest[:size]],
        "IsTruncated": len(rest) > size,
    }
    if answer["IsTruncated"]:
        answer["Marker"] = make_token([key(rest[size - 1])])
    return answer


def under_path(params: Params, items: Iterable[Any]) -> list[Any]:
    """The rows whose path begins with the PathPrefix of the parameters."""
    prefix = params.get("PathPrefix", "/")
    return [item for item in items if item.path.startswith(prefix)]


def _after(marker: str | None) -> str:
    if marker is None:
        return ""
    try:
        (after,) = read_token(marker, [""])
    except InvalidPageToken as error:
        raise ValidationError("Invalid Marker.") from error
    return str(after)
