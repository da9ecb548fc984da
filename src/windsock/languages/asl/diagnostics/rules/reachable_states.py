"""States that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, Stage, rule
from windsock.languages.asl.diagnostics.transitions import transitions
from windsock.languages.asl.diagnostics.walk import Node


@rule("MISSING_TRANSITION_TARGET", stage=Stage.REACH)
def check(node: Node) -> Iterator[Finding]:
    """Something leads to each state: `StartAt`, or the `Next` or `Default` of another."""
    if node.shape.is_machine:
        targets = {target for _, target in transitions(node.value)}
        for name in node.value["States"]:
            if name not in targets:
                yield Finding(f'State "{name}" is not reachable.', "States", name)
