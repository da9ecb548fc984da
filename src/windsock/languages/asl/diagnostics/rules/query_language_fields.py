"""Fields of the other query language."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A state has only fields of its query language: `InputPath` with JSONPath, `Arguments` with JSONata."""
    for name in node.value:
        field = node.shape.fields.get(name)
        if field is not None and field.language not in (None, node.language):
            yield Finding(
                f"The QueryLanguage is set to '{node.language}', but field '{name}' is only supported "
                f"for the '{field.language}' QueryLanguage",
                member=name,
            )
