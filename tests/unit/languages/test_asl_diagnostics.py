"""Diagnostics of definitions: what each rule finds, and that it finds nothing in what AWS accepted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from windsock.kernel.sdk_names import is_sdk_action
from windsock.languages.asl import Machine
from windsock.languages.asl.diagnostics import Diagnostic, diagnose, refusal
from windsock.languages.asl.diagnostics.rule import rules

DATA = Path(__file__).parents[2] / "data"
CASES: list[dict[str, Any]] = json.loads((DATA / "asl_diagnostics.json").read_text())
RECORDED: list[dict[str, Any]] = json.loads((DATA / "recorded_asl_diagnostics.json").read_text())
EXECUTED: list[dict[str, Any]] = json.loads(
    gzip.decompress((DATA / "recorded_asl_executions.json.gz").read_bytes())
)


def _shown(found: Diagnostic) -> dict[str, str]:
    wire = {
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        "location": found.location,
    }
    return {name: value for name, value in wire.items() if value is not None}


def _text(case: Mapping[str, Any]) -> str:
    if "text" in case:
        return str(case["text"])
    if "state" in case:
        return json.dumps({"StartAt": "S", "States": {"S": case["state"]}})
    return json.dumps(case["definition"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}:{_text(case)[:60]}")
def test_what_is_found(case: dict[str, Any]) -> None:
    found = diagnose(_text(case), case.get("kind", "STANDARD"), knows_action=_is_no_bedrock_agents)
    expected = [
        {"severity": "ERROR"} | {name: value for name, value in each.items() if value is not None}
        for each in case["found"]
    ]
    assert [_shown(each) for each in found] == expected


def _is_no_bedrock_agents(service: str, action: str) -> bool:
    return service != "bedrockagents"


def test_each_rule_has_a_case() -> None:
    tested = {case["rule"] for case in CASES}
    assert {check.__module__.rpartition(".")[2] for _, check in rules()} <= tested


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["definition"][:60])
def test_what_aws_was_recorded_to_find(case: dict[str, Any]) -> None:
    found = diagnose(case["definition"], case["type"])
    assert [_shown(each) for each in found if each.severity == "ERROR"] == case["diagnostics"]


def test_nothing_is_found_in_what_aws_ran() -> None:
    refused = {
        case["test"]: refusal(diagnose(case["definition"], knows_action=is_sdk_action)) for case in EXECUTED
    }
    assert {name: found for name, found in refused.items() if found} == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}:{_text(case)[:60]}")
def test_what_has_no_errors_compiles(case: dict[str, Any]) -> None:
    if not any(each.get("severity", "ERROR") == "ERROR" for each in case["found"]):
        assert Machine.compile(_text(case)).line.states


@pytest.mark.parametrize(("language", "field"), [("JSONPath", "Parameters"), ("JSONata", "Output")])
def test_templates_nest_as_deep_as_json_may(language: str, field: str) -> None:
    value = "[" * 450 + "1" + "]" * 450
    state = f'{{"Type": "Pass", "End": true, "QueryLanguage": "{language}", "{field}": {{"a": {value}}}}}'
    definition = f'{{"StartAt": "S", "States": {{"S": {state}}}}}'
    assert diagnose(definition) == []
    assert Machine.compile(definition).line.states
    found = diagnose(definition.replace(value, f"{'[' * 60}{value}{']' * 60}"))
    assert [each.code for each in found] == ["TOO_DEEPLY_NESTED"]


def test_what_is_too_long() -> None:
    assert diagnose(" " * 1_048_577)[0].message == "Definition must have at most 1048576 characters"


def test_a_refusal_names_all_errors_and_no_warnings() -> None:
    found = [
        Diagnostic.at("WARNING", "NO_PATH", "a", ("x",)),
        Diagnostic.at(
            "ERROR", "MISSING_TRANSITION_TARGET", "Missing 'Next' target: B", ("States", "A", "Next")
        ),
        Diagnostic("ERROR", "MISSING_END_STATE", "Workflow has no terminal state"),
    ]
    assert refusal(found) == (
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at"
        " /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'"
    )
    assert refusal(found[:1]) is None
