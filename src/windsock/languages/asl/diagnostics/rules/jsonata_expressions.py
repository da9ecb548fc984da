"""JSONata expressions that cannot be evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.templates import texts
from windsock.languages.asl.diagnostics.walk import Node
from windsock.languages.asl.errors import ExpressionRefused
from windsock.languages.asl.jsonata import JsonataTemplate


@rule("INVALID_JSONATA_EXPRESSION")
def check(node: Node) -> Iterator[Finding]:
    """JSONata expressions can be read, and look at nothing but variables: `$states.input.x`, not `x`."""
    if node.language != "JSONata":
        return
    for name, field, value in node.fields():
        for path, text in texts(value) if field.role == "template" or field.expression else ():
            try:
                JsonataTemplate.compile(text, name)
            except ExpressionRefused as refused:
                yield Finding(str(refused), name, *path, code=refused.code)
