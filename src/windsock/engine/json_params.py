"""From the JSON text of a call's parameters to what boto3 takes: names and types by the service's model.

Scheduler's universal targets and Step Functions' AWS SDK integrations write their parameters so: members in
Pascal case, as the SDK for Java spells them (`DbClusterIdentifier` for `DBClusterIdentifier`), instants as
ISO 8601 text, bytes as text or as the JSON they are to hold.
Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from windsock.kernel.shapes import is_list, is_map, is_structure
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape


class InvalidParams(ValueError):
    """Parameters that do not fit the operation's model; the text names the member and what is wrong."""


def params_of_json(operation: OperationModel, value: Any) -> dict[str, Any]:
    """The parameters of a call from parsed JSON. A null member is one that was not given.

    Raises InvalidParams for unknown members and values of another type; what else the model asks for
    (required members, lengths) is for the call itself to check.
    """
    if not isinstance(value, dict):
        raise InvalidParams("The parameters must be a JSON object.")
    if operation.input_shape is None:
        if value:
            raise InvalidParams(f"{operation.name} takes no parameters.")
        return {}
    return _structure(operation.input_shape, value, ())


Path = tuple[str, ...]


def _converted(shape: Shape, value: Any, path: Path) -> Any:
    if is_structure(shape):
        return value if shape.is_document_type else _structure(shape, value, path)
    if is_list(shape):
        return _list(shape, value, path)
    if is_map(shape):
        return _map(shape, value, path)
    converted = _SCALARS[shape.type_name](value)
    if converted is None:
        raise _wrong(path, value, _EXPECTED[shape.type_name])
    return converted


def _structure(shape: StructureShape, value: Any, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, value, "an object")
    members = _members(shape)
    params: dict[str, Any] = {}
    for given, item in value.items():
        name = given if given in shape.members else members.get(given.lower())
        if name is None:
            known = ", ".join(shape.members)
            raise InvalidParams(f"The field '{'.'.join((*path, given))}' is not one of: {known}.")
        if item is not None:
            params[name] = _converted(shape.members[name], item, (*path, name))
    return params


@functools.lru_cache(maxsize=1024)
def _members(shape: StructureShape) -> Mapping[str, str]:
    return {name.lower(): name for name in shape.members}


def _list(shape: ListShape, value: Any, path: Path) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(path, value, "an array")
    return [_converted(shape.member, item, (*path, str(number))) for number, item in enumerate(value)]


def _map(shape: MapShape, value: Any, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, value, "an object")
    return {key: _converted(shape.value, item, (*path, key)) for key, item in value.items()}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _bytes(value: Any) -> bytes | None:
    return (value if isinstance(value, str) else to_json(value)).encode()


def _instant(value: Any) -> datetime | None:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        seconds = _number(value)
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


# Each gives None for a value that cannot be of its type.
_SCALARS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "string": _text,
    "character": _text,
    "boolean": _boolean,
    "integer": _whole,
    "long": _whole,
    "float": _number,
    "double": _number,
    "blob": _bytes,
    "timestamp": _instant,
}
_EXPECTED: Final[Mapping[str, str]] = {
    "string": "a string",
    "character": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "blob": "text",
    "timestamp": "an ISO 8601 instant",
}


def _wrong(path: Path, value: Any, expected: str) -> InvalidParams:
    return InvalidParams(f"The value of '{'.'.join(path)}' must be {expected}, not {to_json(value)}.")
