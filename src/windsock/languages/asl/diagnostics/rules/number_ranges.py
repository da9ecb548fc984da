"""Numbers out of range."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A number is in the range of its field: `TimeoutSeconds` from 1 to 99999999, `BackoffRate` from 1."""
    for name, field, value in node.fields():
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if field.minimum is not None and value < field.minimum:
            yield Finding(f"Minimum value is {field.minimum}", name)
        if field.maximum is not None and value > field.maximum:
            yield Finding(f"Maximum value is {field.maximum}", name)
