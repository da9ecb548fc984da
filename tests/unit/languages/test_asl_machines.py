"""Definitions that are refused, and what a compiled machine tells. (`test_asl_diagnostics` tells every
fault.)"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.asl_world import FUNCTION, line, passing, task

from windsock.languages.asl import DefinitionError, Machine

SUCCEED = {"Type": "Succeed"}


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("no JSON", "A state machine must be a JSON object"),
        ("[]", "A state machine must be a JSON object"),
        ("[" * 100_000, "A state machine must be a JSON object"),
        ({}, "StartAt must name one of States"),
        ({"StartAt": "B", "States": {"A": SUCCEED}}, "StartAt must name one of States"),
        ({**line(A=SUCCEED), "TimeoutSeconds": -1}, "TimeoutSeconds must be a whole number"),
        ({**line(A=SUCCEED), "QueryLanguage": "XPath"}, "QueryLanguage must be JSONPath or JSONata"),
        (
            {"QueryLanguage": "JSONata", **line(A={**SUCCEED, "QueryLanguage": "JSONPath"})},
            "QueryLanguage can not be JSONPath if set to JSONata for whole state machine",
        ),
        (line(A={"Type": "Loop"}), "State A has an unknown Type"),
        (line(A={"Type": ["Pass"]}), "State A has an unknown Type"),
        ({"StartAt": "A", "States": {"A": 7}}, "State A must be a JSON object"),
        (line(A={"Type": "Pass"}), "State A: A state needs either Next or End"),
        (line(A=passing(Next="A", End=True)), "State A: A state needs either Next or End"),
        (line(A=passing(Next="B")), "State A goes to B, which is not there"),
        (line(A=task(Catch=[{"ErrorEquals": ["E"], "Next": "B"}])), "State A goes to B, which is not there"),
        (line(**{"A" * 81: SUCCEED}), "The name of a state is longer than 80 characters"),
        (line(A=task(Resource="arn:aws:s3:::bucket")), "State A: Resource is no ARN that a Task can have"),
        (line(A=task(Retry=[{"ErrorEquals": []}])), "ErrorEquals must be a non-empty array of strings"),
        (line(A=task(Retry=[{"ErrorEquals": ["E"], "BackoffRate": 0.5}])), "BackoffRate must be at least 1"),
        (
            line(A=task(Retry=[{"ErrorEquals": ["E"], "JitterStrategy": "SOME"}])),
            "JitterStrategy must be FULL or NONE",
        ),
        (line(A=task(Catch=[{"ErrorEquals": ["E"]}])), "A catcher needs Next"),
        (line(A=task(TimeoutSeconds="5")), "TimeoutSeconds must be an integer"),
        (line(A={"Type": "Wait", "End": True}), "A Wait needs one of"),
        (line(A={"Type": "Wait", "Seconds": -1, "End": True}), "Seconds is not valid"),
        (line(A={"Type": "Wait", "Timestamp": "noon", "End": True}), "Timestamp is not valid"),
        (line(A={"Type": "Choice", "Choices": []}), "Choices must be a non-empty array"),
        (line(A={"Type": "Parallel", "Branches": [], "End": True}), "Branches must be a non-empty array"),
        (line(A={"Type": "Map", "End": True}), "A Map needs an ItemProcessor"),
        (
            line(A={"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "FAST"}}, "End": True}),
            "The Mode of a Map must be INLINE or DISTRIBUTED",
        ),
        (
            line(A={"Type": "Parallel", "Branches": [line(A=SUCCEED)], "End": True}),
            "There is more than one state A",
        ),
        (line(A=passing(InputPath="a")), "State A: Invalid path 'a'"),
    ],
)
def test_what_is_no_state_machine(definition: Any, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Machine.compile(definition)
    assert message in str(caught.value)


def test_deep_nesting_is_refused() -> None:
    inner = line(S=SUCCEED)
    for depth in range(40):
        inner = line(**{f"S{depth}": {"Type": "Parallel", "Branches": [inner], "End": True}})
    with pytest.raises(DefinitionError, match="nested deeper than 30"):
        Machine.compile(json.dumps(inner))


def test_a_machine_tells_its_timeout_and_its_processors() -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, **line(T=task(Resource=FUNCTION))}
    mapping = {"Type": "Map", "ItemProcessor": processor, "End": True}
    machine = Machine.compile(
        {**line(P={"Type": "Parallel", "Branches": [line(M=mapping)], "End": True}), "TimeoutSeconds": 9}
    )
    assert machine.timeout_seconds == 9
    assert list(machine.processor("M").line.states) == ["T"]
    with pytest.raises(KeyError):
        machine.processor("N")
