"""Expressions of the Amazon States Language, with what AWS made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from windsock.languages.asl.choices import Rule
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import QueryEvaluationError, StatesError
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.templates import Template

DATA = Path(__file__).parents[2] / "data"
EXPRESSIONS: list[dict[str, Any]] = json.loads((DATA / "recorded_asl_expressions.json").read_text())
CHOICES: list[dict[str, Any]] = json.loads((DATA / "recorded_asl_choices.json").read_text())


def evaluate(case: dict[str, Any]) -> Any:
    context = {"Execution": {"Input": case["input"]}}
    environment = Environment(0, bytes, context, case.get("variables", {}))
    if case["language"] == "JSONPath":
        return Template.compile(case["template"]).evaluate(case["input"], environment)
    template = JsonataTemplate.compile(case["template"], case["field"])
    states = {"input": case["input"]}
    if "takes" in case:
        return template.evaluate_as(case["takes"], states, environment)
    return template.evaluate(states, environment)


@pytest.mark.parametrize("case", EXPRESSIONS, ids=lambda case: str(case["name"]))
def test_expression(case: dict[str, Any]) -> None:
    if "error" not in case:
        # As text, to which 1, 1.0 and true are different.
        assert json.dumps(evaluate(case), sort_keys=True) == json.dumps(case["output"], sort_keys=True)
        return
    with pytest.raises(StatesError) as failure:
        evaluate(case)
    assert (failure.value.error, failure.value.cause) == (case["error"], case["cause"])
    if isinstance(failure.value, QueryEvaluationError):
        assert failure.value.location == case["location"]


@pytest.mark.parametrize("case", CHOICES, ids=lambda case: json.dumps([case["rule"], case["input"]]))
def test_choice(case: dict[str, Any]) -> None:
    holds = Rule.compile(case["rule"]).holds(case["input"], Environment(0, bytes))
    assert holds is case["holds"]
