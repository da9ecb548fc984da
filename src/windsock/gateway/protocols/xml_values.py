"""Results to XML text, compiled per shape; for query, ec2 and rest-xml answers.

A writer appends pieces of text to a list: `write(pieces, name, value)`.
Source: https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from windsock.gateway.protocols.base import ShapeCompiler
from windsock.gateway.protocols.text_values import text_writer
from windsock.gateway.protocols.timestamps import format_iso8601_milliseconds
from windsock.kernel.shapes import is_list

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

WriteXml = Callable[[list[str], str, Any], None]
Content = Callable[[list[str], Mapping[str, Any]], None]

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

_SCALARS = ("string", "character", "integer", "long", "float", "double", "boolean", "timestamp", "blob")
_SPECIAL = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escape(text: str) -> str:
    """`text` as XML content or attribute value.

    Characters that XML 1.0 does not have become numeric references, as AWS writes them.
    """
    return _SPECIAL.sub(_reference, text) if _SPECIAL.search(text) else text


def _reference(match: re.Match[str]) -> str:
    return _NAMED.get(match[0]) or f"&#x{ord(match[0]):x};"


def namespace_attributes(shape: Shape) -> str:
    """The ` xmlns="..."` of a shape, or nothing."""
    namespace = shape.serialization.get("xmlNamespace")
    if not namespace:
        return ""
    uri, prefix = (
        (namespace["uri"], namespace.get("prefix")) if isinstance(namespace, Mapping) else (namespace, None)
    )
    return f' xmlns{":" + prefix if prefix else ""}="{escape(uri)}"'


class XmlWriters:
    """Writers for the shapes of one service model."""

    def __init__(self) -> None:
        self.compiler: ShapeCompiler[WriteXml] = ShapeCompiler(
            {
                **dict.fromkeys(_SCALARS, self._scalar),
                "structure": self._structure,
                "list": self._list,
                "map": self._map,
            }
        )

    def content(self, shape: StructureShape, *, skip_located: bool = False) -> Content:
        """A writer of a structure's members without an element around them.

        `skip_located` leaves out the members that go to headers or the status line.
        """
        members: dict[str, tuple[str, WriteXml]] = {}
        for name, member in shape.members.items():
            if member.serialization.get("xmlAttribute") or (
                skip_located and "location" in member.serialization
            ):
                continue
            members[name] = (element_name(name, member), self.compiler.compile(member))

        def write(pieces: list[str], value: Mapping[str, Any]) -> None:
            for name, item in value.items():
                member = members.get(name)
                if member is not None and item is not None:
                    member[1](pieces, member[0], item)

        return write

    def _structure(self, _compiler: ShapeCompiler[WriteXml], shape: StructureShape) -> WriteXml:
        write_content = self.content(shape)
        namespace = namespace_attributes(shape)
        attributes = {
            name: member.serialization["name"]
            for name, member in shape.members.items()
            if member.serialization.get("xmlAttribute")
        }

        def write(pieces: list[str], element: str, value: Mapping[str, Any]) -> None:
            given = "".join(
                f' {attribute}="{escape(str(value[name]))}"'
                for name, attribute in attributes.items()
                if value.get(name) is not None
            )
            pieces.append(f"<{element}{namespace}{given}>")
            write_content(pieces, value)
            pieces.append(f"</{element}>")

        return write

    def _list(self, compiler: ShapeCompiler[WriteXml], shape: ListShape) -> WriteXml:
        write_item = compiler.compile(shape.member)
        if shape.serialization.get("flattened"):

            def write_flat(pieces: list[str], element: str, value: Any) -> None:
                for item in value:
                    write_item(pieces, element, item)

            return write_flat

        item_element = shape.member.serialization.get("name", "member")
        namespace = namespace_attributes(shape)

        def write(pieces: list[str], element: str, value: Any) -> None:
            pieces.append(f"<{element}{namespace}>")
            for item in value:
                write_item(pieces, item_element, item)
            pieces.append(f"</{element}>")

        return write

    def _map(self, compiler: ShapeCompiler[WriteXml], shape: MapShape) -> WriteXml:
        write_key, write_value = compiler.compile(shape.key), compiler.compile(shape.value)
        key_element = shape.key.serialization.get("name", "key")
        value_element = shape.value.serialization.get("name", "value")

        def write_entries(pieces: list[str], element: str, value: Mapping[str, Any]) -> None:
            for key, item in value.items():
                pieces.append(f"<{element}>")
                write_key(pieces, key_element, key)
                write_value(pieces, value_element, item)
                pieces.append(f"</{element}>")

        if shape.serialization.get("flattened"):
            return write_entries

        def write(pieces: list[str], element: str, value: Mapping[str, Any]) -> None:
            pieces.append(f"<{element}>")
            write_entries(pieces, "entry", value)
            pieces.append(f"</{element}>")

        return write

    def _scalar(self, _compiler: ShapeCompiler[WriteXml], shape: Shape) -> WriteXml:
        convert = text_writer(shape, "iso8601")
        if shape.type_name == "timestamp" and "timestampFormat" not in shape.serialization:
            convert = format_iso8601_milliseconds
        namespace = namespace_attributes(shape)

        def write(pieces: list[str], element: str, value: Any) -> None:
            pieces.append(f"<{element}{namespace}>{escape(convert(value))}</{element}>")

        return write


@functools.cache
def content_of(model: ServiceModel, shape: StructureShape, *, skip_located: bool = False) -> Content:
    """`XmlWriters.content` of a service model's shape, made once."""
    return _writers(model).content(shape, skip_located=skip_located)


@functools.cache
def _writers(_model: ServiceModel) -> XmlWriters:
    return XmlWriters()


def element_name(name: str, shape: Shape) -> str:
    """The element of a structure's member: a flattened list is named by its items."""
    if is_list(shape) and shape.serialization.get("flattened"):
        item_name: str | None = shape.member.serialization.get("name")
        if item_name:
            return item_name
    own_name: str = shape.serialization.get("name", name)
    return own_name
