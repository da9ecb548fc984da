"""JSON values as Step Functions compares, counts and shows them."""

from __future__ import annotations

from typing import Any, Final, TypeGuard

MISSING: Final = object()
"""What stands for a value that is not there (null is one that is)."""


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether a value is a JSON number, which a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, but true is not 1."""
    if isinstance(a, dict):
        return (
            isinstance(b, dict)
            and a.keys() == b.keys()
            and all(same(value, b[key]) for key, value in a.items())
        )
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)


def contains(values: list[Any], value: Any) -> bool:
    """Whether one of the values is the same as `value`."""
    return any(same(each, value) for each in values)


def type_name(value: Any) -> str:
    """What JSON calls the type of a value: 'array', 'boolean', 'null', 'number', 'object', 'string'."""
    if value is None:
        return "null"
    return _NAMES.get(type(value)) or next(name for kind, name in _NAMES.items() if isinstance(value, kind))


_NAMES: Final = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
}
