"""Machines and choice rules inside of one another."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl import limits
from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("TOO_DEEPLY_NESTED", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """Branches and processors nest at most 30 deep, choice rules at most 50. AWS documents no such limits."""
    if node.shape.is_machine:
        if sum(each.shape.is_machine for each in node.around()) == limits.MAX_NESTING + 1:
            yield Finding("The states are too deeply nested")
    elif node.shape.name == "NestedChoiceRule":
        around = sum(each.shape.name == "NestedChoiceRule" for each in node.around())
        if around == limits.MAX_RULE_NESTING:
            yield Finding("The choice rules are too deeply nested")
