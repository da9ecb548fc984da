"""Paths that are none."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.paths import Path
from windsock.languages.asl.templates import compile_value


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """`InputPath` and `OutputPath` are paths; `ErrorPath` and `CausePath` may be intrinsic functions too."""
    for name, field, value in node.fields():
        if field.role not in ("path", "function") or not isinstance(value, str):
            continue
        try:
            if field.role == "path":
                Path.parse(value, name)
            else:
                compile_value(value, name)
        except DefinitionError:
            yield Finding("Value must be a valid JSONPath.", name)
