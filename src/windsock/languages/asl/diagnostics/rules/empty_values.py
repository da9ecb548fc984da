"""Lists and objects that may not be empty."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """`States`, `Branches`, `Choices`, `And`, `Or` and `ErrorEquals` hold at least one."""
    for name, field, value in node.fields():
        if field.filled and value in ([], {}):
            yield Finding("Value cannot be empty", name)
