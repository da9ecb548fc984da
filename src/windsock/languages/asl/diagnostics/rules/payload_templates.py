"""Payload templates whose fields lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.templates import dynamic_keys
from windsock.languages.asl.diagnostics.walk import Node
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.templates import compile_value


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """In a payload template, the value of a key with `.$` is a path or calls an intrinsic function."""
    for name, field, value in node.fields():
        if field.role != "template" or node.language != "JSONPath":
            continue
        for path, key, text in dynamic_keys(value):
            try:
                compile_value(text, key)
            except DefinitionError:
                message = f"The value for the field '{key}' must be a valid JSONPath"
                yield Finding(f"{message} or a valid intrinsic function call", name, *path, member=key)
