"""Names that two states have."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node, descend


@rule("DUPLICATE_STATE_NAME", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """No two states of a machine have the same name, those in branches and item processors included."""
    if node.path or not node.shape.is_machine:
        return
    names: set[str] = set()
    for each in descend(node):
        if each.shape.is_state:
            if each.name in names:
                yield Finding(f"Duplicate State name: {each.name}", *each.path)
            names.add(each.name)
