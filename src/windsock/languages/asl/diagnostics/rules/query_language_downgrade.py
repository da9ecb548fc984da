"""States that go back to JSONPath."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """A machine whose query language is JSONata has no state with JSONPath."""
    if node.shape.is_state and node.machine_language == "JSONata" and node.language == "JSONPath":
        yield Finding("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
