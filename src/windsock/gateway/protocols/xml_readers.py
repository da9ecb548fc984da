"""XML elements to parameters, compiled per shape; for rest-xml requests.

Each reader takes the list of the elements with a member's name: a flattened list is all of them,
anything else the first.
Source: https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from windsock.gateway.protocols.base import ShapeCompiler
from windsock.gateway.protocols.text_values import text_reader
from windsock.gateway.protocols.xml_documents import Element, malformed_xml
from windsock.gateway.protocols.xml_values import element_name
from windsock.kernel.errors import SerializationError

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, Shape, StructureShape

ReadElements = Callable[[list[Element]], Any]

_SCALARS = ("string", "character", "integer", "long", "float", "double", "boolean", "timestamp", "blob")


def xml_readers() -> ShapeCompiler[ReadElements]:
    """A compiler of functions from elements to a parameter."""
    return ShapeCompiler(
        {
            **dict.fromkeys(_SCALARS, _scalar_reader),
            "structure": _structure_reader,
            "list": _list_reader,
            "map": _map_reader,
        }
    )


def body_reader(compiler: ShapeCompiler[ReadElements], shape: StructureShape) -> ReadElements:
    """A reader of a structure whose members may also be outside the body; those are left out."""
    members = [
        (name, element_name(name, member), compiler.compile(member))
        for name, member in shape.members.items()
        if "location" not in member.serialization and not member.serialization.get("xmlAttribute")
    ]
    attributes = [
        (name, member.serialization["name"].rpartition(":")[2])
        for name, member in shape.members.items()
        if member.serialization.get("xmlAttribute")
    ]

    def read(elements: list[Element]) -> dict[str, Any]:
        element = elements[0]
        groups = element.grouped()
        parameters = {
            name: read_member(groups[wire_name])
            for name, wire_name, read_member in members
            if wire_name in groups
        }
        for name, attribute in attributes:
            for spelled, value in element.attributes.items():
                if spelled.rpartition(":")[2] == attribute:
                    parameters[name] = value
        return parameters

    return read


def _structure_reader(compiler: ShapeCompiler[ReadElements], shape: StructureShape) -> ReadElements:
    return body_reader(compiler, shape)


def _list_reader(compiler: ShapeCompiler[ReadElements], shape: ListShape) -> ReadElements:
    read_item = compiler.compile(shape.member)
    if shape.serialization.get("flattened"):
        return lambda elements: [read_item([element]) for element in elements]
    item_name = shape.member.serialization.get("name", "member")
    return lambda elements: [read_item([child]) for child in elements[0].children if child.name == item_name]


def _map_reader(compiler: ShapeCompiler[ReadElements], shape: MapShape) -> ReadElements:
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    read_key, read_value = compiler.compile(shape.key), compiler.compile(shape.value)
    flattened = shape.serialization.get("flattened")

    def read(elements: list[Element]) -> dict[str, Any]:
        parameters = {}
        for entry in elements if flattened else elements[0].children:
            groups = entry.grouped()
            if key_name not in groups or value_name not in groups:
                raise malformed_xml()
            parameters[read_key(groups[key_name])] = read_value(groups[value_name])
        return parameters

    return read


def _scalar_reader(_compiler: ShapeCompiler[ReadElements], shape: Shape) -> ReadElements:
    convert = text_reader(shape)
    is_text = shape.type_name in ("string", "character")

    def read(elements: list[Element]) -> Any:
        text = elements[0].text
        try:
            return text if is_text else convert(text.strip())
        except SerializationError as error:
            raise malformed_xml() from error

    return read
