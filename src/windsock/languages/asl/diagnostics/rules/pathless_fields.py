"""Paths in fields that take none."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.templates import looks_like_path
from windsock.languages.asl.diagnostics.walk import Node


@rule("NO_PATH", severity="WARNING", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """A path is in a field whose name ends in `Path`: `CausePath`, `StringEqualsPath`."""
    for name, _, value in node.fields():
        if f"{name}Path" in node.shape.fields and node.language == "JSONPath" and looks_like_path(value):
            yield Finding(
                f"Field value looks like a path, but field name does not end with 'Path': '{name}'", name
            )
