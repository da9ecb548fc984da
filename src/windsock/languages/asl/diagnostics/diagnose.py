"""Asking all rules about a definition."""

from __future__ import annotations

from collections.abc import Iterable

from windsock.languages.asl.diagnostics.diagnostic import Diagnostic
from windsock.languages.asl.diagnostics.document import parse
from windsock.languages.asl.diagnostics.rule import DECISIVE, Finding, Rule, Stage, rules
from windsock.languages.asl.diagnostics.walk import Kind, KnowsAction, Node, descend, machine_node, state_node

STATE_NAME = "StateName"
"""What AWS calls a state that is tested by itself."""


def diagnose(
    definition: str, kind: Kind = "STANDARD", *, knows_action: KnowsAction | None = None
) -> list[Diagnostic]:
    """What is wrong with the text of a definition, in the order of the text; empty when nothing is.

    Transitions are looked at when all else is sound. Without `knows_action` any service and action of
    an `aws-sdk` resource will do.
    """
    document = parse(definition)
    if isinstance(document, Diagnostic):
        return [document]
    nodes = list(descend(machine_node(document, kind, knows_action)))
    found: list[Diagnostic] = []
    for stage in Stage:
        here = _ask(stage, nodes)
        found += here
        if stage in DECISIVE and any(each.severity == "ERROR" for each in here):
            break
    return found


def diagnose_state(definition: str, *, knows_action: KnowsAction | None = None) -> list[Diagnostic]:
    """What is wrong with one state by itself, as TestState takes it: its transitions lead anywhere."""
    state = parse(definition)
    if isinstance(state, Diagnostic):
        return [state]
    machine = machine_node({}, "STANDARD", knows_action)
    return _ask(Stage.STRUCTURE, descend(state_node(machine, STATE_NAME, state)))


def _ask(stage: Stage, nodes: Iterable[Node]) -> list[Diagnostic]:
    asked = [(about, check) for about, check in rules() if about.stage == stage]
    return [
        _diagnostic(about, node, finding)
        for node in nodes
        for about, check in asked
        for finding in check(node)
    ]


def _diagnostic(about: Rule, node: Node, finding: Finding) -> Diagnostic:
    code = finding.code or about.code
    if finding.nowhere:
        return Diagnostic(about.severity, code, finding.message)
    path = (*node.path, *finding.path)
    return Diagnostic.at(about.severity, code, finding.message, path, finding.member)
