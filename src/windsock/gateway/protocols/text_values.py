"""Scalars written as text: form fields, path labels, query strings, headers and XML."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from windsock.gateway.protocols.json_values import read_base64, write_base64
from windsock.gateway.protocols.timestamps import TEXT_FORMATS, parse_timestamp
from windsock.kernel.errors import SerializationError

if TYPE_CHECKING:
    from botocore.model import Shape

ReadText = Callable[[str], Any]
WriteText = Callable[[Any], str]

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_FLOAT_NAMES = {math.inf: "Infinity", -math.inf: "-Infinity"}
_MAX_DIGITS = 40


def text_reader(shape: Shape) -> ReadText:
    """The function from text to a parameter for a scalar shape."""
    return _READERS[shape.type_name]


def text_writer(shape: Shape, timestamp_format: str) -> WriteText:
    """The function from a result to text; `timestamp_format` is the default of the place it goes to."""
    if shape.type_name == "timestamp":
        return TEXT_FORMATS[shape.serialization.get("timestampFormat", timestamp_format).lower()]
    return _WRITERS[shape.type_name]


def write_double(value: float) -> str:
    """A float as AWS spells it: `1.5`, `3.0`, `NaN`, `-Infinity`."""
    return "NaN" if math.isnan(value) else _FLOAT_NAMES.get(value) or repr(value)


def write_boolean(value: object) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


def _read_integer(text: str) -> int:
    try:
        if len(text) > _MAX_DIGITS:
            raise ValueError(text)
        return int(text)
    except ValueError as error:
        raise _malformed(text[:_MAX_DIGITS], "an Integer") from error


def _read_float(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise _malformed(text, "a Double") from error


def _read_boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.strip().lower())
    if value is None:
        raise _malformed(text, "a Boolean")
    return value


def _malformed(text: str, expected: str) -> SerializationError:
    return SerializationError(f"'{text}' can not be converted to {expected}")


_READERS: dict[str, ReadText] = {
    "string": str,
    "character": str,
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_float,
    "double": _read_float,
    "boolean": _read_boolean,
    "timestamp": parse_timestamp,
    "blob": read_base64,
}

_WRITERS: dict[str, WriteText] = {
    "string": str,
    "character": str,
    "integer": str,
    "long": str,
    "float": write_double,
    "double": write_double,
    "boolean": write_boolean,
    "blob": write_base64,
}
