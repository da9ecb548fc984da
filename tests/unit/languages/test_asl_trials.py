"""States that are tried by themselves. What AWS answered is replayed in tests/unit/services/stepfunctions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from windsock.languages.asl.document import Document
from windsock.languages.asl.trials import (
    ErrorDetails,
    Execution,
    Outcome,
    Result,
    Scene,
    Setup,
    Tolerance,
    Trial,
    find_state,
    inspect,
    lone_state,
)

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
EXECUTION = Execution("arn", "name", "machine-arn", "machine", "role", "token")


def setup(given: Any = None, **fields: Any) -> Setup:
    """A setup with an input."""
    return Setup(json.dumps({} if given is None else given), EXECUTION, 0, **fields)


def outcome(spec: dict[str, Any], given: Any = None, result: Result | None = None, **fields: Any) -> Outcome:
    """What becomes of a state."""
    return Trial(lone_state(spec), setup(given, **fields)).outcome(result)


def test_a_wait_takes_no_time_and_tells_what_follows() -> None:
    found = outcome({"Type": "Wait", "Seconds": 3600, "Next": "Then"}, [1])
    assert found == Outcome("SUCCEEDED", "[1]", next_state="Then")


def test_a_state_may_lead_to_itself() -> None:
    assert outcome({"Type": "Pass", "Next": "StateName"}).next_state == "StateName"


def test_a_choice_goes_where_a_rule_holds() -> None:
    rules = [{"Variable": "$.n", "NumericLessThan": 3, "Next": "Small"}]
    spec = {"Type": "Choice", "Choices": rules, "Default": "Large"}
    assert outcome(spec, {"n": 1}).next_state == "Small"
    assert outcome(spec, {"n": 4}).next_state == "Large"
    assert outcome(spec, {"m": 4}).status == "FAILED"


def test_variables_are_seen_and_set() -> None:
    spec = {
        "Type": "Pass",
        "Assign": {"b.$": "$a"},
        "Parameters": {"sum.$": "States.MathAdd($a, 1)"},
        "End": True,
    }
    found = outcome(spec, variables={"a": 2})
    assert (found.output, found.variables) == ('{"sum":3}', {"b": "2"})


def test_the_task_that_must_be_done() -> None:
    spec = {"Type": "Task", "Resource": FUNCTION, "InputPath": "$.x", "End": True}
    task = Trial(lone_state(spec), setup({"x": {"y": 1}})).task()
    assert task is not None
    assert (task.resource, task.arguments) == (FUNCTION, {"y": 1})
    assert Trial(lone_state(spec), setup()).task() is None


def test_the_token_of_a_callback() -> None:
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    spec = {"Type": "Task", "Resource": resource, "Parameters": {"t.$": "$$.Task.Token"}, "End": True}
    task = Trial(lone_state(spec), setup()).task()
    assert task is not None
    assert (task.arguments, task.token) == ({"t": "token"}, "token")


RETRY = [
    {"ErrorEquals": ["A"], "MaxAttempts": 1},
    {"ErrorEquals": ["B"], "IntervalSeconds": 5, "MaxAttempts": 3},
]
CATCH = [
    {"ErrorEquals": ["C"], "Next": "X"},
    {"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Y"},
]


@pytest.mark.parametrize(
    ("error", "retries", "status", "details", "following"),
    [
        ("B", 0, "RETRIABLE", ErrorDetails(1, 5), None),
        ("B", 2, "RETRIABLE", ErrorDetails(1, 20), None),
        ("B", 3, "CAUGHT_ERROR", ErrorDetails(1, None, 1), "Y"),
        ("C", 0, "CAUGHT_ERROR", ErrorDetails(None, None, 0), "X"),
        ("D", 0, "CAUGHT_ERROR", ErrorDetails(None, None, 1), "Y"),
        ("States.Runtime", 0, "FAILED", None, None),
    ],
)
def test_errors_are_tried_again_or_caught(
    error: str, retries: int, status: str, details: ErrorDetails | None, following: str | None
) -> None:
    spec = {"Type": "Task", "Resource": FUNCTION, "Retry": RETRY, "Catch": CATCH, "End": True}
    found = outcome(spec, result=Result(error=error, cause="why"), retries=retries)
    assert (found.status, found.error, found.cause) == (status, error, "why")
    assert (found.details, found.next_state) == (details, following)


def test_an_error_in_the_catcher_fails_the_state() -> None:
    catch = [{"ErrorEquals": ["A"], "ResultPath": "$.a.b", "Next": "X"}]
    spec = {"Type": "Task", "Resource": FUNCTION, "Catch": catch, "End": True}
    found = outcome(spec, {"a": 1}, Result(error="A"))
    assert (found.status, found.error) == ("FAILED", "States.ReferencePathConflict")


PROCESSOR = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}


def test_the_data_of_a_map_step_by_step() -> None:
    spec = {
        "Type": "Map",
        "InputPath": "$.in",
        "ItemsPath": "$.items",
        "ItemSelector": {"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"all": True}},
        "ItemProcessor": PROCESSOR | {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}},
        "MaxConcurrencyPath": "$.most",
        "ToleratedFailurePercentage": 40,
        "ResultSelector": {"first.$": "$[0]"},
        "ResultPath": "$.out",
        "End": True,
    }
    given = {"in": {"items": [7, 8, 9], "most": 2}}
    scene = Scene(lone_state(spec), setup(given))
    found = {
        name: json.loads(value) if isinstance(value, str) else value
        for name, value in inspect(scene, Result("[1]")).items()
    }
    selected = [{"n": 7, "i": 0}, {"n": 8, "i": 1}, {"n": 9, "i": 2}]
    assert found == {
        "input": given,
        "maxConcurrency": 2,
        "toleratedFailurePercentage": 40,
        "afterInputPath": given["in"],
        "afterItemsPath": [7, 8, 9],
        "afterItemSelector": selected,
        "afterItemBatcher": [
            {"BatchInput": {"all": True}, "Items": selected[:2]},
            {"BatchInput": {"all": True}, "Items": selected[2:]},
        ],
        "afterResultSelector": {"first": 1},
        "afterResultPath": {**given, "out": {"first": 1}},
    }


def test_the_data_is_shown_as_far_as_the_state_comes() -> None:
    spec = {"Type": "Task", "Resource": FUNCTION, "Parameters": {"a.$": "$.missing"}, "End": True}
    assert inspect(Scene(lone_state(spec), setup()), None) == {"input": "{}", "afterInputPath": "{}"}


def test_items_that_were_read() -> None:
    spec = {
        "Type": "Map",
        "QueryLanguage": "JSONata",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject"},
        "ItemSelector": {"x": "{% $states.context.Map.Item.Value * 2 %}"},
        "ItemProcessor": PROCESSOR,
        "End": True,
    }
    found = inspect(Scene(lone_state(spec), setup()), None, Document([1, 2]))
    assert found == {"input": "{}", "maxConcurrency": 0, "afterItemSelector": '[{"x":2},{"x":4}]'}


@pytest.mark.parametrize(
    ("tolerance", "failures", "tolerated"),
    [
        (Tolerance(0, None, None), 3, True),
        (Tolerance(0, 1, None), 1, True),
        (Tolerance(0, 1, None), 2, False),
        (Tolerance(0, None, 50.0), 2, True),
        (Tolerance(0, None, 50.0), 3, False),
        (Tolerance(0, 3, 50.0), 3, False),
    ],
)
def test_failed_iterations_are_tolerated_up_to_a_threshold(
    tolerance: Tolerance, failures: int, tolerated: bool
) -> None:
    result = tolerance.judge(failures, 4, Result("[]"))
    assert (result.text == "[]") is tolerated
    assert (result.error is None) is tolerated


def test_a_state_is_found_wherever_it_is() -> None:
    deep = {"Type": "Pass", "End": True}
    inner = {"StartAt": "Deep", "States": {"Deep": deep}}
    each = {"Type": "Map", "ItemProcessor": inner, "End": True}
    both = {"Type": "Parallel", "Branches": [{"StartAt": "Each", "States": {"Each": each}}], "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Both", "States": {"Both": both}}
    found = find_state(definition, "Deep")
    assert found is not None
    assert (found.spec, found.jsonata) == (deep, True)
    assert find_state(definition, "Deeper") is None
