"""Fields of which there may be one."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """Of fields that exclude one another there is one: `Next` or `End`, `Seconds` or `SecondsPath`."""
    for group in node.shape.groups:
        # `"End": false` says nothing.
        there = [name for name in group.fields if node.value.get(name, False) is not False]
        listed = ", ".join(group.fields)
        if len(there) > 1:
            yield Finding(f"There should only be one of the following fields: [{listed}]")
        elif group.required and not there:
            yield Finding(f"This object should have only one of the following fields: [{listed}]")
