"""JSON values as Step Functions compares, counts and shows them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Hashable, Iterable
from typing import Any, Final, TypeGuard

HASHES: Final = {
    "MD5": hashlib.md5,
    "SHA-1": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}
"""The algorithms of States.Hash and $hash, by the name that AWS has for them."""

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


def identity(value: Any) -> Hashable:
    """Something to put values into sets by: equal for values that are the `same`."""
    if isinstance(value, dict):
        return "object", frozenset([(name, identity(each)) for name, each in value.items()])
    if isinstance(value, list):
        return "array", tuple([identity(each) for each in value])
    return type(value) if isinstance(value, bool) else None, value


def unique(values: Iterable[Any]) -> list[Any]:
    """The values without those that are the same as an earlier one."""
    found: dict[Hashable, Any] = {}
    for value in values:
        found.setdefault(identity(value), value)
    return list(found.values())


def read_json(text: str) -> Any:
    """The value that a JSON text spells. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number that there is")
    return number


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
