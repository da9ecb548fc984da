"""Fields that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """An object has the fields it cannot do without: a Task its `Resource`, a catcher its `Next`."""
    missing = [name for name, field in node.shape.fields.items() if field.required and name not in node.value]
    if missing:
        yield Finding(f"These fields are required: [{', '.join(missing)}]")
