"""Results that look as if they were computed."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.templates import dynamic_keys
from windsock.languages.asl.diagnostics.walk import Node


@rule("PASS_RESULT_IS_STATIC", severity="WARNING", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """The `Result` of a Pass state is taken as it is: a key that ends in `.$` is not looked up."""
    if node.shape.name == "Pass" and "Result" in node.value:
        for path, key, _ in dynamic_keys(node.value["Result"]):
            yield Finding(
                f"Attempt to use a path in the result of a Pass state: '{key}'", "Result", *path, member=key
            )
