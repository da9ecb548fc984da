"""Transitions to states that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, Stage, rule
from windsock.languages.asl.diagnostics.transitions import transitions
from windsock.languages.asl.diagnostics.walk import Node


@rule("MISSING_TRANSITION_TARGET", stage=Stage.TRANSITIONS)
def check(node: Node) -> Iterator[Finding]:
    """`StartAt`, `Next` and `Default` name states beside them: not within a branch, nor out of one."""
    if node.shape.is_machine:
        for path, target in transitions(node.value):
            if target not in node.value["States"]:
                yield Finding(f"Missing 'Next' target: {target}", *path)
