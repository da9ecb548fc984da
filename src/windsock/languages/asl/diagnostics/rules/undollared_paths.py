"""Paths that will not be looked up."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.templates import looks_like_path, static_texts
from windsock.languages.asl.diagnostics.walk import Node


@rule("NO_DOLLAR", severity="WARNING", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """In a payload template, a value that looks like a path or an intrinsic function has a key with `.$`."""
    for name, field, value in node.fields():
        if field.role != "template" or node.language != "JSONPath":
            continue
        for path, text in static_texts(value):
            if path and isinstance(path[-1], str) and looks_like_path(text):
                message = (
                    f"No .$ on a field that appears to be a JSONPath or Intrinsic Function: '{path[-1]}'"
                )
                yield Finding(message, name, *path)
