"""JSONata expressions that will be taken as texts."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.templates import texts
from windsock.languages.asl.diagnostics.walk import Node, is_jsonata


@rule("NO_JSONATA_DELIMITERS", severity="WARNING", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """A JSONata expression is between `{%` and `%}`: nothing before, nothing after. Not AWS's code."""
    if node.language != "JSONata":
        return
    for name, field, value in node.fields():
        for path, text in texts(value) if field.role == "template" or field.expression else ():
            looks_so = text.lstrip().startswith("{%") or text.rstrip().endswith("%}")
            if looks_so and not is_jsonata(text):
                yield Finding(
                    "Value looks like a JSONata expression, but is not between '{%' and '%}'", name, *path
                )
