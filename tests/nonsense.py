"""Parameters of the right shape that mean nothing: every required member, filled with what is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

_DEPTH = 6
_NUMBERS = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0}


def nonsense(shape: Shape | None) -> dict[str, Any]:
    """The parameters of an operation with this input."""
    return {} if shape is None else _value(shape, "", 0)


def _value(shape: Shape, name: str, depth: int) -> Any:
    if isinstance(shape, StructureShape):
        if depth > _DEPTH:
            return {}
        names = shape.required_members or list(shape.members)[: int(shape.is_tagged_union)]
        return {each: _value(shape.members[each], each, depth + 1) for each in names}
    if isinstance(shape, ListShape):
        return [_value(shape.member, name, depth + 1)] * max(1, int(shape.metadata.get("min", 1)))
    if isinstance(shape, MapShape):
        return {_value(shape.key, "key", depth + 1): _value(shape.value, "value", depth + 1)}
    if shape.type_name in _NUMBERS:
        return max(_NUMBERS[shape.type_name], shape.metadata.get("min", 0))
    if shape.type_name == "boolean":
        return False
    if shape.type_name == "timestamp":
        return datetime(2017, 1, 2, tzinfo=UTC)
    if shape.type_name == "blob":
        return b"nothing"
    return _text(shape, name)


def _text(shape: Shape, name: str) -> str:
    enum = shape.metadata.get("enum")
    if enum:
        return str(enum[0])
    known = name.lower()
    if known.endswith(("arn", "arns")):
        text = "arn:aws:nothing:us-east-1:000000000000:nothing/nothing"
    else:
        text = "nothing"
    return text.ljust(int(shape.metadata.get("min", 0)), "0")
