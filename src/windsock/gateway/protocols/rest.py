"""HTTP bindings of the REST protocols: what of a call is in the path, query, headers, status or body.

Source: https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.header import Header
from typing import TYPE_CHECKING, Any

import orjson

from windsock.gateway.protocols.json_values import load_json, read_base64
from windsock.gateway.protocols.text_values import text_reader, text_writer
from windsock.gateway.protocols.uris import UriTemplate, compile_uri
from windsock.gateway.request import Request
from windsock.kernel.errors import SerializationError, UnknownOperation
from windsock.kernel.shapes import is_list, is_map

if TYPE_CHECKING:
    from botocore.model import MapShape, OperationModel, Shape, StructureShape

ReadMember = Callable[[Request, Mapping[str, str]], Any]
WriteHeaders = Callable[[dict[str, str], Any], None]

# The content types of bodies that are one member as it is, by its type.
RAW_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ONE_LINE = 1_000_000
_QUOTED_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class InputBindings:
    """Where the members of an operation's input come from.

    `located` reads those outside the body; `payload` is the member that is the whole body, if one
    is; `document` is the shape whose other members are the body's document, if there are any.
    """

    template: UriTemplate
    located: tuple[tuple[str, ReadMember], ...]
    payload: tuple[str, Shape] | None
    document: StructureShape | None

    def read(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """The parameters outside the body."""
        labels = self.template.match(request.raw_path)
        if labels is None:
            raise UnknownOperation(f"{request.path} is not a path of {operation.name}.")
        parameters = {}
        for name, read in self.located:
            value = read(request, labels)
            if value is not None:
                parameters[name] = value
        return parameters


@dataclass(frozen=True, slots=True)
class OutputBindings:
    """Where the members of a result go: headers, the status line, the payload, or the body's document."""

    status: int
    status_member: str | None
    headers: Mapping[str, WriteHeaders]
    payload: tuple[str, Shape] | None
    document: StructureShape | None

    def status_of(self, result: Mapping[str, Any]) -> int:
        """The HTTP status of a result."""
        given = result.get(self.status_member) if self.status_member else None
        return self.status if given is None else int(given)

    def headers_of(self, result: Mapping[str, Any]) -> dict[str, str]:
        """The headers of a result, names in lower case."""
        headers: dict[str, str] = {}
        for name, write in self.headers.items():
            value = result.get(name)
            if value is not None:
                write(headers, value)
        return headers


@functools.cache
def input_bindings(operation: OperationModel) -> InputBindings:
    """The bindings of an operation's input, compiled once."""
    template = compile_uri(operation.http["requestUri"])
    shape = operation.input_shape
    if shape is None:
        return InputBindings(template, (), None, document=None)
    bound = frozenset(
        member.serialization.get("name", name)
        for name, member in shape.members.items()
        if member.serialization.get("location") == "querystring" and not is_map(member)
    ) | frozenset(template.literals)
    located = tuple(
        (name, _INPUT_LOCATIONS[member.serialization["location"]](name, member, bound))
        for name, member in shape.members.items()
        if member.serialization.get("location") in _INPUT_LOCATIONS
    )
    return InputBindings(template, located, _payload(shape), _document(shape))


@functools.cache
def result_bindings(operation: OperationModel) -> OutputBindings:
    """The bindings of an operation's output, compiled once."""
    return output_bindings(operation.output_shape, operation.http.get("responseCode", 200))


def output_bindings(shape: StructureShape | None, status: int) -> OutputBindings:
    """Compile the bindings of an output or error shape; `status` is what the model says."""
    if shape is None:
        return OutputBindings(status, None, {}, None, document=None)
    headers: dict[str, WriteHeaders] = {}
    status_member = None
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location == "statusCode":
            status_member = name
        elif location == "header":
            headers[name] = _header_writer(member.serialization.get("name", name).lower(), member)
        elif location == "headers":
            headers[name] = _prefix_headers_writer(member.serialization.get("name", "").lower())
    return OutputBindings(status, status_member, headers, _payload(shape), _document(shape))


def read_raw_payload(shape: Shape, body: bytes) -> Any:
    """A body that is one member as it is: bytes for a blob, text for a string."""
    if shape.type_name == "blob":
        return body
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise SerializationError("The request body is not UTF-8 text.") from error


def write_raw_payload(value: Any) -> bytes:
    """The body for a blob or string payload; empty for None."""
    return value.encode() if isinstance(value, str) else bytes(value or b"")


def _payload(shape: StructureShape) -> tuple[str, Shape] | None:
    name = shape.serialization.get("payload")
    return (name, shape.members[name]) if name else None


def _document(shape: StructureShape) -> StructureShape | None:
    if shape.serialization.get("payload"):
        return None
    inside = any("location" not in member.serialization for member in shape.members.values())
    return shape if inside else None


def _label(name: str, shape: Shape, _bound: frozenset[str]) -> ReadMember:
    label = shape.serialization.get("name", name)
    read = text_reader(shape)
    return lambda _request, labels: read(labels[label]) if label in labels else None


def _querystring(name: str, shape: Shape, bound: frozenset[str]) -> ReadMember:
    if is_map(shape):
        return _querystring_map(shape, bound)
    parameter = shape.serialization.get("name", name)
    if is_list(shape):
        read_item = text_reader(shape.member)

        def read_list(request: Request, _labels: Mapping[str, str]) -> Any:
            values = request.query_values.get(parameter)
            return None if values is None else [read_item(value) for value in values]

        return read_list
    read_text = text_reader(shape)

    def read(request: Request, _labels: Mapping[str, str]) -> Any:
        values = request.query_values.get(parameter)
        return None if values is None else read_text(values[-1])

    return read


def _querystring_map(shape: MapShape, bound: frozenset[str]) -> ReadMember:
    lists = is_list(shape.value)

    def read(request: Request, _labels: Mapping[str, str]) -> Any:
        found = {
            name: list(values) if lists else values[-1]
            for name, values in request.query_values.items()
            if name not in bound
        }
        return found or None

    return read


def _header(name: str, shape: Shape, _bound: frozenset[str]) -> ReadMember:
    header = shape.serialization.get("name", name).lower()
    read_text = _header_reader(shape)

    def read(request: Request, _labels: Mapping[str, str]) -> Any:
        value = request.headers.get(header)
        return None if value is None else read_text(value)

    return read


def _header_reader(shape: Shape) -> Callable[[str], Any]:
    if shape.serialization.get("jsonvalue"):
        return lambda text: load_json(read_base64(text))
    if is_list(shape):
        read_item = text_reader(shape.member)
        split = _split_dates if shape.member.type_name == "timestamp" else _split_list
        return lambda text: [read_item(item) for item in split(text)]
    return text_reader(shape)


def _split_list(text: str) -> list[str]:
    items = []
    position = 0
    while position < len(text):
        found = _QUOTED_ITEM.match(text, position)
        if found is None:
            raise SerializationError(f"{text!r} is not a list of header values.")
        quoted, plain = found.groups()
        items.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain.strip())
        position = found.end()
    return items


def _split_dates(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if parts and parts[0][:3].isalpha():
        # An HTTP date has a comma of its own, after the weekday.
        return [", ".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    return parts


def _prefix_headers(_name: str, shape: Shape, _bound: frozenset[str]) -> ReadMember:
    prefix = shape.serialization.get("name", "").lower()

    def read(request: Request, _labels: Mapping[str, str]) -> Any:
        found = {
            header[len(prefix) :]: value
            for header, value in request.headers.items()
            if header.startswith(prefix) and len(header) > len(prefix)
        }
        return found or None

    return read


_INPUT_LOCATIONS: Mapping[str, Callable[[str, Shape, frozenset[str]], ReadMember]] = {
    "uri": _label,
    "querystring": _querystring,
    "header": _header,
    "headers": _prefix_headers,
}


def _header_writer(header: str, shape: Shape) -> WriteHeaders:
    convert = _header_text(shape)

    def write(headers: dict[str, str], value: Any) -> None:
        headers[header] = _header_safe(convert(value))

    return write


def _header_text(shape: Shape) -> Callable[[Any], str]:
    if shape.serialization.get("jsonvalue"):
        return lambda value: base64.b64encode(orjson.dumps(value)).decode()
    if is_list(shape):
        convert = text_writer(shape.member, "rfc822")
        return lambda value: ",".join(_quoted(convert(item)) for item in value)
    return text_writer(shape, "rfc822")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"' if '"' in text or "," in text else text


def _prefix_headers_writer(prefix: str) -> WriteHeaders:
    def write(headers: dict[str, str], value: Mapping[str, Any]) -> None:
        headers.update({prefix + name.lower(): _header_safe(str(text)) for name, text in value.items()})

    return write


def _header_safe(text: str) -> str:
    """`text` as one header line: as S3 does, RFC 2047 for what is not ASCII; no control characters."""
    text = _CONTROL.sub(" ", text)
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=_ONE_LINE).encode()
