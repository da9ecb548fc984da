"""How data flows: variables and their scopes, the context object, both query languages side by side."""

from __future__ import annotations

from typing import Any

import pytest
from tests.asl_world import execute, facts, line, passing, task

from windsock.languages.asl.commands import StartTask
from windsock.languages.asl.happenings import TaskSucceeded


def told(world: Any, kind: str) -> list[dict[str, Any]]:
    """The details of the events of a kind."""
    return [
        next(value for name, value in event.items() if name.endswith("Details"))
        for event in world.history
        if event["type"] == kind
    ]


def test_all_of_an_assign_sees_the_variables_from_before() -> None:
    swap = {"a.$": "$b", "b.$": "$a"}
    world = execute(
        line(
            A=passing(Assign={"a": 1, "b": 2}, Next="B"),
            B=passing(Assign=swap, Next="C"),
            C=passing(Parameters={"a.$": "$a", "b.$": "$b"}),
        )
    )
    assert world.output == {"a": 2, "b": 1}
    assert told(world, "PassStateExited")[1]["assignedVariables"] == {"a": "2", "b": "1"}


@pytest.mark.parametrize("restored", [False, True])
def test_inner_lines_see_outer_variables_and_keep_their_own(restored: bool) -> None:
    inner = line(
        I=passing(Assign={"own.$": "$", "seen": "inner"}, Next="J"),
        J=task(Parameters={"own.$": "$own", "outer.$": "$outer"}),
    )
    world = execute(
        line(
            A=passing(Assign={"outer": "o", "seen": "outer"}, Next="M"),
            M={"Type": "Map", "ItemProcessor": inner, "Next": "Z"},
            Z=passing(Parameters={"seen.$": "$seen", "all.$": "$"}),
        ),
        [1, 2],
        restored=restored,
    )
    assert world.output == {"seen": "outer", "all": [{"own": 1, "outer": "o"}, {"own": 2, "outer": "o"}]}


def test_a_variable_of_an_inner_line_is_lost_outside() -> None:
    branch = line(I=passing(Assign={"mine": 1}))
    world = execute(
        line(
            P={"Type": "Parallel", "Branches": [branch], "Next": "Z"},
            Z=passing(Parameters={"x.$": "$mine"}),
        )
    )
    assert world.failure[0] == "States.Runtime"


def test_a_parallel_and_a_map_assign_from_their_results() -> None:
    branches = [line(A=passing(Result=1)), line(B=passing(Result=2))]
    world = execute(
        line(
            P={
                "Type": "Parallel",
                "Branches": branches,
                "Assign": {"all.$": "$"},
                "ResultPath": None,
                "Next": "Z",
            },
            Z=passing(Parameters={"all.$": "$all", "in.$": "$"}),
        ),
        {"x": 1},
    )
    assert world.output == {"all": [1, 2], "in": {"x": 1}}


def test_variables_that_are_too_large_fail_the_state() -> None:
    half = "x" * 140_000
    world = execute(line(S=passing(Assign={"a.$": "$.half", "b.$": "$.half"})), {"half": half})
    assert world.failure[0] == "States.DataLimitExceeded"


def test_the_context_object_tells_of_the_execution() -> None:
    world = execute(line(S=task(Parameters={"all.$": "$$"})), {"in": 1})
    assert world.output == {
        "all": {
            "Execution": {
                "Id": "arn:aws:states:us-east-1:123456789012:execution:m:run",
                "Input": {"in": 1},
                "StartTime": "1970-01-01T00:00:00.000Z",
                "Name": "run",
                "RoleArn": "arn:aws:iam::123456789012:role/r",
                "RedriveCount": 0,
            },
            "StateMachine": {"Id": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "Name": "m"},
            "State": {"Name": "S", "EnteredTime": "1970-01-01T00:00:00.000Z", "RetryCount": 0},
        }
    }


@pytest.mark.parametrize("restored", [False, True])
def test_the_context_object_tells_of_the_item_anywhere_in_an_iteration(restored: bool) -> None:
    deep = line(D=passing(Parameters={"n.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "in.$": "$"}))
    iteration = line(A=task(Next="P"), P={"Type": "Parallel", "Branches": [deep], "End": True})
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"pair.$": "States.Array($$.Map.Item.Value, $.with)"},
        "ItemProcessor": iteration,
        "End": True,
    }
    world = execute(line(M=state), {"items": ["a", "b"], "with": 7}, restored=restored)
    assert world.output == [
        [{"n": 0, "v": "a", "in": {"pair": ["a", 7]}}],
        [{"n": 1, "v": "b", "in": {"pair": ["b", 7]}}],
    ]


def test_jsonata_sees_input_result_context_and_variables() -> None:
    state = task(
        QueryLanguage="JSONata",
        Arguments={"double": "{% $states.input.n * $factor %}"},
        Assign={"kept": "{% $states.result.double %}"},
        Output={
            "was": "{% $states.input.n %}",
            "is": "{% $states.result.double %}",
            "in": "{% $states.context.State.Name %}",
        },
        Next="Z",
    )
    world = execute(
        line(
            A=passing(Assign={"factor": 2}, Next="S"),
            S=state,
            Z=passing(Parameters={"kept.$": "$kept", "all.$": "$"}),
        ),
        {"n": 21},
    )
    assert world.output == {"kept": 42, "all": {"was": 21, "is": 42, "in": "S"}}


def test_choice_rules_have_output_and_variables_of_their_own() -> None:
    choice = {
        "Type": "Choice",
        "QueryLanguage": "JSONata",
        "Choices": [
            {"Condition": "{% $states.input.n > 9 %}", "Assign": {"size": "large"}, "Next": "Z"},
            {
                "Condition": "{% $states.input.n > 5 %}",
                "Output": {"n": "some"},
                "Assign": {"size": "middle"},
                "Next": "Z",
            },
        ],
        "Default": "Z",
        "Output": {"n": "few"},
        "Assign": {"size": "small"},
    }
    states = line(S=choice, Z=passing(Parameters={"size.$": "$size", "n.$": "$.n"}))
    assert [execute(states, {"n": n}).output for n in (10, 6, 1)] == [
        {"size": "large", "n": 10},
        {"size": "middle", "n": "some"},
        {"size": "small", "n": "few"},
    ]


@pytest.mark.parametrize(
    ("fields", "arguments", "output"),
    [
        ({}, {"a": 1, "b": 2}, {"r": [1]}),
        ({"InputPath": "$.a"}, 1, {"r": [1]}),
        ({"InputPath": None}, {}, {"r": [1]}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$", "y": 5}}, {"x": 1, "y": 5}, {"r": [1]}),
        ({"ResultSelector": {"s.$": "$.r[0]"}}, {"a": 1, "b": 2}, {"s": 1}),
        ({"ResultPath": "$.res"}, {"a": 1, "b": 2}, {"a": 1, "b": 2, "res": {"r": [1]}}),
        ({"InputPath": "$.a", "ResultPath": "$.a"}, 1, {"a": {"r": [1]}, "b": 2}),
        ({"ResultPath": None}, {"a": 1, "b": 2}, {"a": 1, "b": 2}),
        ({"ResultPath": "$.res", "OutputPath": "$.res.r"}, {"a": 1, "b": 2}, [1]),
        ({"OutputPath": None}, {"a": 1, "b": 2}, {}),
    ],
)
def test_the_paths_of_a_task(fields: dict[str, Any], arguments: Any, output: Any) -> None:
    world = execute(
        line(S=task(**fields)), {"a": 1, "b": 2}, answer=lambda t: [TaskSucceeded(t.frame, t.seq, {"r": [1]})]
    )
    assert world.asked(StartTask)[0].arguments == arguments
    assert world.output == output


def test_credentials_are_evaluated_and_told() -> None:
    state = task(Resource="arn:aws:states:::lambda:invoke", Credentials={"RoleArn.$": "$.role"})
    world = execute(line(S=state), {"role": "arn:r"})
    assert world.asked(StartTask)[0].credentials == {"RoleArn": "arn:r"}
    assert told(world, "TaskScheduled")[0]["taskCredentials"] == {"roleArn": "arn:r"}


def test_chance_is_the_same_when_an_execution_is_decided_again() -> None:
    state = passing(Parameters={"id.$": "States.UUID()", "other.$": "States.UUID()"})
    first, again = execute(line(S=state)).output, execute(line(S=state)).output
    assert first == again
    assert first["id"] != first["other"]
    assert execute(line(S=state), facts=facts(execution_arn="another")).output != first


@pytest.mark.parametrize("restored", [False, True])
def test_what_is_nested_too_deeply_fails(restored: bool) -> None:
    """Each round puts one more array around; nothing but texts is made on the way."""
    around = {"Type": "Parallel", "Branches": [line(I=passing())], "Next": "B"}
    world = execute(line(A=around, B=passing(Next="A")), restored=restored)
    assert world.end is not None and world.end.error == "States.Runtime"
    entered = max(event["id"] for event in world.history if event["type"] == "ParallelStateEntered")
    assert world.end.cause == (
        f"An error occurred while executing the state 'A' (entered at the event id #{entered}). "
        "The payload is nested too deeply."
    )
