"""The shapes of all objects of a definition, by name; a state's is its Type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from windsock.languages.asl.diagnostics.fields import Shape
from windsock.languages.asl.diagnostics.part_shapes import PART_SHAPES
from windsock.languages.asl.diagnostics.state_shapes import STATE_SHAPES

SHAPES: Final[Mapping[str, Shape]] = {shape.name: shape for shape in (*STATE_SHAPES, *PART_SHAPES)}

STATE_TYPES: Final = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
"""The kinds of states in the order in which AWS names them."""
