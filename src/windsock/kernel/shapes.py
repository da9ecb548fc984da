"""Which kind of shape of a service model one is, asked without importing botocore.

Importing `botocore.model` takes longer than all of windsock's engine; a start does not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, Shape, StructureShape


def is_structure(shape: Shape) -> TypeGuard[StructureShape]:
    """Whether it has members."""
    return bool(shape.type_name == "structure")


def is_list(shape: Shape) -> TypeGuard[ListShape]:
    """Whether it is a list, sets included."""
    return bool(shape.type_name == "list")


def is_map(shape: Shape) -> TypeGuard[MapShape]:
    """Whether it is a map."""
    return bool(shape.type_name == "map")
