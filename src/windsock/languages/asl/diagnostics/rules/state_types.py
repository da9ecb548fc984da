"""States of no known kind."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.shapes import STATE_TYPES
from windsock.languages.asl.diagnostics.state_shapes import UNKNOWN_STATE
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A state's `Type` is one of the eight kinds."""
    if node.shape is not UNKNOWN_STATE:
        return
    if "Type" not in node.value:
        yield Finding("These fields are required: [Type]")
    elif isinstance(node.value["Type"], str):
        kinds = ", ".join(STATE_TYPES)
        yield Finding(f"The field 'Type' should have one of these values: [{kinds}]", "Type")
