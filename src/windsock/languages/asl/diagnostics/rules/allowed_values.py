"""Values that are not among those allowed."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A value is one of those its field knows: `JitterStrategy` is NONE or FULL, `Version` 1.0."""
    for name, field, value in node.fields():
        if field.values and isinstance(value, str) and value not in field.values:
            yield Finding(f"Value should be one of the following: [{', '.join(field.values)}]", name)
