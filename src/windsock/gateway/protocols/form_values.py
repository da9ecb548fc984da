"""Flat form fields (`Entries.member.1.Id=x`) to parameters, compiled per shape; for query and ec2.

The fields become a tree once, by their dots; each shape then takes its branch. The two protocols
differ in how members are named and in whether lists and maps have a level of their own.
Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#serialization
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.gateway.protocols.base import ShapeCompiler
from windsock.gateway.protocols.text_values import text_reader
from windsock.kernel.errors import SerializationError
from windsock.kernel.shapes import is_list

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

Tree = dict[str, Any]
ReadTree = Callable[[Tree], Any]

# The key of a tree's own value; no field has an empty part in its name that could collide.
OWN = ""

_MAX_DEPTH = 60

_SCALARS = ("string", "character", "integer", "long", "float", "double", "boolean", "timestamp", "blob")


@dataclass(frozen=True, slots=True)
class FormStyle:
    """How a protocol spells names: `member_names` lists the spellings of a structure's member, the
    proper one first; `flat` is whether lists and maps never have a `member` or `entry` level."""

    member_names: Callable[[str, Shape], tuple[str, ...]]
    flat: bool


def query_member_names(name: str, shape: Shape) -> tuple[str, ...]:
    """query: a flattened list is named by its items' `locationName`, all else by its own."""
    own_name: str = shape.serialization.get("name", name)
    if is_list(shape) and shape.serialization.get("flattened"):
        item_name: str = shape.member.serialization.get("name", own_name)
        return (item_name, own_name)
    return (own_name,)


def ec2_member_names(name: str, shape: Shape) -> tuple[str, ...]:
    """ec2: `queryName`, else `locationName` with a capital, else the member's name with a capital."""
    if "queryName" in shape.serialization:
        return (shape.serialization["queryName"],)
    location_name: str = shape.serialization.get("name", name)
    return (location_name[:1].upper() + location_name[1:],)


QUERY = FormStyle(query_member_names, flat=False)
EC2 = FormStyle(ec2_member_names, flat=True)


def read_form(operation: OperationModel, style: FormStyle, fields: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a call in form fields. Raises SerializationError."""
    shape = operation.input_shape
    if shape is None:
        return {}
    parameters: dict[str, Any] = _readers(operation.service_model, style).compile(shape)(grow(fields))
    return parameters


@functools.cache
def _readers(_model: ServiceModel, style: FormStyle) -> ShapeCompiler[ReadTree]:
    return form_readers(style)


def grow(fields: Mapping[str, str]) -> Tree:
    """The tree of a flat form: a level for each part of a name, the value itself under `OWN`.

    Raises SerializationError for a name with more parts than any operation has levels.
    """
    root: Tree = {}
    for name, value in fields.items():
        branch = root
        parts = name.split(".", _MAX_DEPTH)
        if len(parts) > _MAX_DEPTH:
            raise SerializationError("A parameter's name has too many parts.", code="MalformedInput")
        for part in parts:
            branch = branch.setdefault(part, {}) if part else branch
        branch[OWN] = value
    return root


def form_readers(style: FormStyle) -> ShapeCompiler[ReadTree]:
    """A compiler of functions from a branch of the tree to a parameter."""

    def structure(compiler: ShapeCompiler[ReadTree], shape: StructureShape) -> ReadTree:
        members = [
            (name, wire_name, compiler.compile(member))
            for name, member in shape.members.items()
            for wire_name in style.member_names(name, member)
        ]
        return _structure_reader(members)

    def sequence(compiler: ShapeCompiler[ReadTree], shape: ListShape) -> ReadTree:
        flat = style.flat or bool(shape.serialization.get("flattened"))
        level = OWN if flat else shape.member.serialization.get("name", "member")
        return _list_reader(level, compiler.compile(shape.member))

    def mapping(compiler: ShapeCompiler[ReadTree], shape: MapShape) -> ReadTree:
        flat = style.flat or bool(shape.serialization.get("flattened"))
        return _map_reader(OWN if flat else "entry", compiler, shape)

    scalars = dict.fromkeys(_SCALARS, _scalar_reader)
    return ShapeCompiler({**scalars, "structure": structure, "list": sequence, "map": mapping})


def _structure_reader(members: list[tuple[str, str, ReadTree]]) -> ReadTree:
    def read(tree: Tree) -> dict[str, Any]:
        parameters: dict[str, Any] = {}
        for name, wire_name, read_member in members:
            branch = tree.get(wire_name)
            if branch is not None and name not in parameters:
                parameters[name] = read_member(branch)
        return parameters

    return read


def _list_reader(level: str, read_item: ReadTree) -> ReadTree:
    def read(tree: Tree) -> list[Any]:
        items = tree if level == OWN else tree.get(level, {})
        numbered = _numbered(items)
        if not numbered and items.get(OWN):
            # The documentation's own examples write a list of one without its number: AttributeName=All.
            return [read_item({OWN: items[OWN]})]
        return [read_item(branch) for branch in numbered]

    return read


def _map_reader(level: str, compiler: ShapeCompiler[ReadTree], shape: MapShape) -> ReadTree:
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    read_value = compiler.compile(shape.value)

    def read(tree: Tree) -> dict[str, Any]:
        entries = _numbered(tree if level == OWN else tree.get(level, {}))
        parameters = {}
        for entry in entries:
            key = entry.get(key_name, {}).get(OWN)
            if key is not None and value_name in entry:
                parameters[key] = read_value(entry[value_name])
        return parameters

    return read


def _numbered(tree: Tree) -> list[Tree]:
    numbers = sorted(
        (int(part), part) for part in tree if part.isascii() and part.isdigit() and len(part) < 9
    )
    return [tree[part] for _, part in numbers]


def _scalar_reader(_compiler: ShapeCompiler[ReadTree], shape: Shape) -> ReadTree:
    convert = text_reader(shape)

    def read(tree: Tree) -> Any:
        try:
            return convert(tree.get(OWN, ""))
        except SerializationError as error:
            raise SerializationError(error.message, code="MalformedInput") from error

    return read
