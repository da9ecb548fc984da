"""JSON documents to parameters and results to JSON documents, compiled per shape.

Shared by the json and rest-json protocols, which differ in one thing only: rest-json honours
`locationName`, the RPC protocols use the members' own names.
Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#shape-serialization
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from windsock.gateway.protocols.base import ShapeCompiler
from windsock.gateway.protocols.timestamps import TEXT_FORMATS, format_epoch, parse_timestamp
from windsock.kernel.errors import SerializationError

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, Shape, StructureShape

Convert = Callable[[Any], Any]
Builder = Callable[[ShapeCompiler[Convert], Any], Convert]
WireName = Callable[[str, "Shape"], str]

_SPECIAL_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def member_name(name: str, _shape: Shape) -> str:
    """The wire name of a member in the RPC protocols: its own."""
    return name


def location_name(name: str, shape: Shape) -> str:
    """The wire name of a member in rest-json: its `locationName`, else its own."""
    wire_name: str = shape.serialization.get("name", name)
    return wire_name


def load_json(body: bytes) -> Any:
    """The document in `body`; raises SerializationError if it is not JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SerializationError(f"The request body is not valid JSON: {error}") from error


def wrong_type(value: object, expected: str) -> SerializationError:
    """The error of AWS's JSON front end for a value of the wrong type.

    `expected` has its article: "a String", "an Integer".
    """
    if isinstance(value, dict):
        return SerializationError("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return SerializationError("Start of list found where not expected.")
    return SerializationError(f"{_token(value)} can not be converted to {expected}")


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, (int, float)):
        return "NUMBER_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else type(value).__name__


def readers(wire_name: WireName, scalars: Mapping[str, Builder] | None = None) -> ShapeCompiler[Convert]:
    """A compiler of functions from a decoded JSON value to a parameter.

    `scalars` replaces the builders of some scalar types, for formats that are JSON but for those.
    """

    def structure(compiler: ShapeCompiler[Convert], shape: StructureShape) -> Convert:
        if shape.is_document_type:
            return _same
        return structure_reader(
            {
                wire_name(name, member): (name, compiler.compile(member))
                for name, member in shape.members.items()
            }
        )

    return ShapeCompiler(
        {
            **_SCALAR_READERS,
            **(scalars or {}),
            "structure": structure,
            "list": _list_reader,
            "map": _map_reader,
        }
    )


def structure_reader(members: Mapping[str, tuple[str, Convert]]) -> Convert:
    """A reader of an object; `members` maps a wire name to the member's name and reader."""

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise wrong_type(value, "a Structure")
        parameters = {}
        for key, item in value.items():
            member = members.get(key)
            if member is not None and item is not None:
                parameters[member[0]] = member[1](item)
        return parameters

    return read


def _list_reader(compiler: ShapeCompiler[Convert], shape: ListShape) -> Convert:
    read_item = compiler.compile(shape.member)

    def read(value: Any) -> list[Any]:
        if type(value) is not list:
            raise wrong_type(value, "a List")
        return [None if item is None else read_item(item) for item in value]

    return read


def _map_reader(compiler: ShapeCompiler[Convert], shape: MapShape) -> Convert:
    read_item = compiler.compile(shape.value)

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise wrong_type(value, "a Map")
        return {key: read_item(item) for key, item in value.items() if item is not None}

    return read


def _same(value: Any) -> Any:
    return value


def _read_string(value: Any) -> str:
    if type(value) is str:
        return value
    raise wrong_type(value, "a String")


def _string_reader(_compiler: ShapeCompiler[Convert], shape: Shape) -> Convert:
    return _same if shape.serialization.get("jsonvalue") else _read_string


def _whole_number(expected: str) -> Convert:
    def read(value: Any) -> int:
        if type(value) is int:
            return value
        if type(value) is float and math.isfinite(value):
            return int(value)
        raise wrong_type(value, expected)

    return read


def _read_float(value: Any) -> float:
    if type(value) is float or type(value) is int:
        return value
    if type(value) is str and value in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[value]
    raise wrong_type(value, "a Double")


def _read_boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise wrong_type(value, "a Boolean")


def _read_timestamp(value: Any) -> Any:
    if type(value) is dict or type(value) is list or type(value) is bool:
        raise wrong_type(value, "a Timestamp")
    return parse_timestamp(value)


def read_base64(value: Any) -> bytes:
    """Bytes from base64 text; raises SerializationError."""
    if type(value) is not str:
        raise wrong_type(value, "a Blob")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SerializationError("The value of a blob is not valid base64.") from error


def always(convert: Convert) -> Builder:
    """A builder that gives `convert` for every shape of its type."""
    return lambda _compiler, _shape: convert


_SCALAR_READERS: dict[str, Builder] = {
    "string": _string_reader,
    "character": _string_reader,
    "integer": always(_whole_number("an Integer")),
    "long": always(_whole_number("a Long")),
    "float": always(_read_float),
    "double": always(_read_float),
    "boolean": always(_read_boolean),
    "timestamp": always(_read_timestamp),
    "blob": always(read_base64),
}


def writers(wire_name: WireName, scalars: Mapping[str, Builder] | None = None) -> ShapeCompiler[Convert]:
    """A compiler of functions from a result to what `orjson.dumps` can write.

    `scalars` replaces the builders of some scalar types, as for `readers`.
    """

    def structure(compiler: ShapeCompiler[Convert], shape: StructureShape) -> Convert:
        if shape.is_document_type:
            return _same
        return structure_writer(
            {
                name: (wire_name(name, member), compiler.compile(member))
                for name, member in shape.members.items()
            }
        )

    return ShapeCompiler(
        {
            **_SCALAR_WRITERS,
            **(scalars or {}),
            "structure": structure,
            "list": _list_writer,
            "map": _map_writer,
        }
    )


def structure_writer(members: Mapping[str, tuple[str, Convert]]) -> Convert:
    """A writer of an object; `members` maps a member's name to its wire name and writer."""

    def write(value: Mapping[str, Any]) -> dict[str, Any]:
        document = {}
        for name, item in value.items():
            member = members.get(name)
            if member is not None and item is not None:
                document[member[0]] = member[1](item)
        return document

    return write


def _list_writer(compiler: ShapeCompiler[Convert], shape: ListShape) -> Convert:
    write_item = compiler.compile(shape.member)
    if write_item is _same:
        return list
    return lambda value: [None if item is None else write_item(item) for item in value]


def _map_writer(compiler: ShapeCompiler[Convert], shape: MapShape) -> Convert:
    write_item = compiler.compile(shape.value)
    if write_item is _same:
        return dict
    return lambda value: {key: None if item is None else write_item(item) for key, item in value.items()}


def _write_float(value: float) -> float | str:
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def write_base64(value: bytes | str) -> str:
    """Bytes, or text in UTF-8, as base64."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def _timestamp_writer(_compiler: ShapeCompiler[Convert], shape: Shape) -> Convert:
    timestamp_format = shape.serialization.get("timestampFormat", "unixTimestamp").lower()
    return format_epoch if timestamp_format == "unixtimestamp" else TEXT_FORMATS[timestamp_format]


_SCALAR_WRITERS: dict[str, Builder] = {
    "string": always(_same),
    "character": always(_same),
    "integer": always(_same),
    "long": always(_same),
    "float": always(_write_float),
    "double": always(_write_float),
    "boolean": always(_same),
    "timestamp": _timestamp_writer,
    "blob": always(write_base64),
}
