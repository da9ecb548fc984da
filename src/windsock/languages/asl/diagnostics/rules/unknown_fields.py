"""Fields that an object may not have."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.state_shapes import UNKNOWN_STATE
from windsock.languages.asl.diagnostics.walk import Node


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """An object has only fields of its kind: a Pass state no `Retry`, a retrier no `Next`."""
    if node.shape is UNKNOWN_STATE:
        return
    for name in node.value:
        if name not in node.shape.fields:
            yield Finding(f"Field '{name}' is not supported", member=name)
