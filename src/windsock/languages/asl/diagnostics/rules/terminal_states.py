"""Machines that cannot end."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.asl.diagnostics.rule import Finding, Stage, rule
from windsock.languages.asl.diagnostics.walk import Node


@rule("MISSING_END_STATE", stage=Stage.ENDS)
def check(node: Node) -> Iterator[Finding]:
    """A machine has a terminal state: Succeed, Fail, or one with `End`."""
    if node.path:
        return
    states = node.value["States"].values()
    if not any(state["Type"] in ("Succeed", "Fail") or state.get("End") for state in states):
        yield Finding("Workflow has no terminal state", nowhere=True)
