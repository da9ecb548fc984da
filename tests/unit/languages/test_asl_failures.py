"""Retry, Catch, timeouts, and what failing does to the lines beside and above."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from tests.asl_world import World, echo, execute, facts, failing, line, nothing, passing, task

from windsock.languages.asl import Machine
from windsock.languages.asl.commands import CancelTask, SetTimer, StartTask
from windsock.languages.asl.happenings import (
    ActivityStarted,
    Happening,
    TaskFailed,
    TaskHeartbeat,
    TaskSubmitted,
    TaskSucceeded,
    TimerFired,
)

ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:a"
CALLBACK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def delays(world: World) -> list[int]:
    """Milliseconds before each retry."""
    retries = [timer for timer in world.asked(SetTimer) if timer.purpose == "retry"]
    due = [0, *(timer.due_ms for timer in retries)]
    return [later - earlier for earlier, later in pairwise(due)]


@pytest.mark.parametrize(
    ("retrier", "expected"),
    [
        ({}, [1000, 2000, 4000]),
        ({"MaxAttempts": 0}, []),
        ({"IntervalSeconds": 3, "BackoffRate": 1, "MaxAttempts": 2}, [3000, 3000]),
        ({"IntervalSeconds": 3, "BackoffRate": 1.5, "MaxAttempts": 3}, [3000, 4500, 6750]),
        ({"IntervalSeconds": 3, "MaxDelaySeconds": 5, "MaxAttempts": 4}, [3000, 5000, 5000, 5000]),
    ],
)
def test_retries_wait_longer_and_longer(retrier: dict[str, Any], expected: list[int]) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], **retrier}]
    world = execute(line(S=task(Retry=retry)), answer=failing("E"))
    assert delays(world) == expected
    assert world.failure == ("E", None)


def test_jitter_is_below_the_delay_and_the_same_each_time() -> None:
    retry = [
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "BackoffRate": 1, "JitterStrategy": "FULL"}
    ]
    machine = Machine.compile(line(S=task(Retry=retry)))
    first, again = (delays(World(machine, facts(), failing("E")).start()) for _ in range(2))
    other = delays(World(machine, facts(execution_arn="other"), failing("E")).start())
    assert first == again != other
    assert len(set(first)) == 3
    assert all(0 <= delay <= 60_000 for delay in first)


def test_every_retrier_counts_for_itself_and_the_first_that_takes_the_error_decides() -> None:
    errors = iter(["A", "B", "A", "B", "A"])
    retry = [
        {"ErrorEquals": ["A"], "MaxAttempts": 2, "BackoffRate": 1},
        {"ErrorEquals": ["B"], "MaxAttempts": 9, "BackoffRate": 1},
        {"ErrorEquals": ["States.ALL"], "MaxAttempts": 9},
    ]
    world = execute(
        line(S=task(Retry=retry, Parameters={"tries.$": "$$.State.RetryCount"})),
        answer=lambda t: [TaskFailed(t.frame, t.seq, next(errors))],
    )
    assert [each.arguments["tries"] for each in world.asked(StartTask)] == [0, 1, 2, 3, 4]
    assert world.failure == ("A", None)


@pytest.mark.parametrize(
    ("error", "equals", "caught"),
    [
        ("Boom", "Boom", True),
        ("Boom", "Bo", False),
        ("Boom", "States.ALL", True),
        ("Boom", "States.TaskFailed", True),
        ("Boom", "States.Timeout", False),
        ("States.Timeout", "States.TaskFailed", False),
        ("States.Timeout", "States.Timeout", True),
        ("States.Timeout", "States.ALL", True),
        ("States.Permissions", "States.TaskFailed", True),
        ("States.Runtime", "States.ALL", False),
        ("States.Runtime", "States.Runtime", False),
        ("States.DataLimitExceeded", "States.ALL", True),
        (None, "States.ALL", True),
    ],
)
def test_what_an_error_is_caught_by(error: str | None, equals: str, caught: bool) -> None:
    catch = [{"ErrorEquals": [equals], "Next": "C"}]
    world = execute(line(S=task(Catch=catch), C=passing()), answer=failing(error, "why"))
    assert ("C" in world.entered) is caught
    if caught:
        assert world.output == {"Error": error or "", "Cause": "why"}


@pytest.mark.parametrize("equals", ["States.Timeout", "States.HeartbeatTimeout", "States.ALL"])
def test_a_missing_heartbeat_is_reported_as_a_timeout_and_caught_by_either_name(equals: str) -> None:
    catch = [{"ErrorEquals": [equals], "Next": "C"}]
    state = task(Resource=CALLBACK, HeartbeatSeconds=5, TimeoutSeconds=60, Catch=catch)
    world = execute(line(S=state, C=passing()), answer=nothing)
    assert world.now_ms == 5000
    assert world.output == {"Error": "States.Timeout", "Cause": ""}
    assert world.history[-5]["taskTimedOutEventDetails"]["error"] == "States.Timeout"
    assert len(world.asked(CancelTask)) == 1


def test_a_heartbeat_puts_off_the_timeout() -> None:
    state = task(Resource=CALLBACK, HeartbeatSeconds=5, TimeoutSeconds=8)
    world = World(Machine.compile(line(S=state)), facts(), nothing).begin()
    started = world.asked(StartTask)[0]
    world.now_ms = 4000
    world.tell(TaskHeartbeat(started.frame, started.seq))
    world.now_ms = 5000
    world.tell(TimerFired(started.frame, started.seq, "heartbeat"))  # The timer that was put off.
    assert world.end is None
    world.go()
    assert world.now_ms == 8000
    assert world.failure == ("States.Timeout", None)


def test_the_time_of_an_activity_counts_from_when_a_worker_took_it() -> None:
    state = task(Resource=ACTIVITY, TimeoutSeconds=5)
    world = World(Machine.compile(line(S=state)), facts(), nothing).begin()
    assert world.asked(SetTimer) == []
    started = world.asked(StartTask)[0]
    assert started.token == f"token-{started.frame}-{started.seq}"
    world.now_ms = 7000
    world.tell(ActivityStarted(started.frame, started.seq, "w"))
    world.tell(ActivityStarted(started.frame, started.seq, "another"))
    world.go()
    assert world.now_ms == 12_000
    assert world.types[-4:] == ["ActivityScheduled", "ActivityStarted", "ActivityTimedOut", "ExecutionFailed"]


def test_a_callback_ends_after_it_was_submitted_or_even_before() -> None:
    state = task(Resource=CALLBACK, Parameters={"token.$": "$$.Task.Token"})

    def before(task: StartTask) -> list[Happening]:
        return [TaskSucceeded(task.frame, task.seq, task.arguments), TaskSubmitted(task.frame, task.seq, {})]

    early = execute(line(S=state), answer=before)
    late = execute(line(S=state), answer=lambda t: reversed(before(t)))
    assert early.output == late.output == {"token": "token-0-1"}
    assert [kind for kind in late.types if kind not in early.types] == ["TaskSubmitted"]


def test_a_task_that_could_not_start_says_so() -> None:
    world = execute(
        line(S=task()), answer=lambda t: [TaskFailed(t.frame, t.seq, "E", "c", start_failed=True)]
    )
    assert world.history[-2]["lambdaFunctionStartFailedEventDetails"] == {"error": "E", "cause": "c"}


def test_a_catch_can_choose_output_and_variables() -> None:
    catch = [{"ErrorEquals": ["E"], "ResultPath": "$.e", "Assign": {"name.$": "$.Error"}, "Next": "C"}]
    states = {"S": task(Catch=catch), "C": passing(Parameters={"all.$": "$", "name.$": "$name"})}
    world = execute(line(**states), {"x": 1}, answer=failing("E", "why"))
    assert world.output == {"all": {"x": 1, "e": {"Error": "E", "Cause": "why"}}, "name": "E"}


def test_a_catch_in_jsonata_that_fails_is_not_caught() -> None:
    catch = [{"ErrorEquals": ["E"], "Output": "{% $nowhere %}", "Next": "C"}]
    world = execute(
        {"QueryLanguage": "JSONata", **line(S=task(Catch=catch), C=passing())}, answer=failing("E")
    )
    assert world.failure[0] == "States.QueryEvaluationError"
    assert world.history[-2]["evaluationFailedEventDetails"]["location"] == "Catch[0]/Output"


def test_a_failing_branch_gives_up_the_others() -> None:
    branches = [
        line(A=task(TimeoutSeconds=1)),
        line(B=task()),
        line(C={"Type": "Wait", "Seconds": 60, "End": True}),
        line(D={"Type": "Parallel", "Branches": [line(E=task())], "End": True}),
        line(F=passing()),
    ]
    world = execute(line(S={"Type": "Parallel", "Branches": branches, "End": True}), answer=nothing)
    failed = world.types.index("LambdaFunctionTimedOut")
    assert world.types[failed:] == [
        "LambdaFunctionTimedOut",
        "TaskStateAborted",  # The failed one's own, as was recorded.
        "TaskStateAborted",
        "WaitStateAborted",
        "TaskStateAborted",
        "ParallelStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
    follows = {event["previousEventId"] for event in world.history[failed + 1 : -1]}
    assert follows == {world.history[failed]["id"]}
    assert len(world.asked(CancelTask)) == 3
    assert world.failure == ("States.Timeout", None)


def test_iterations_that_time_out_are_given_up_as_recorded_at_aws() -> None:
    """LocalStack's recording `test_service_lambda_map_timeout`, where all four tasks time out at once."""
    state = {
        "Type": "Map",
        "ItemProcessor": line(T=task(Resource="arn:aws:states:::lambda:invoke", TimeoutSeconds=5)),
        "End": True,
    }
    world = execute(line(MapWait=state), [{}, {}, {}], answer=nothing)
    last = world.types.index("MapIterationFailed")
    assert world.types[:6] == [
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        *["MapIterationStarted"] * 3,
    ]
    assert [
        (event["type"], event.get("mapIterationAbortedEventDetails", {}).get("index"))
        for event in world.history[last:]
    ] == [
        ("MapIterationFailed", None),
        ("TaskStateAborted", None),
        ("MapIterationAborted", 1),
        ("TaskStateAborted", None),
        ("MapIterationAborted", 2),
        ("TaskStateAborted", None),
        ("MapStateFailed", None),
        ("ExecutionFailed", None),
    ]


def test_a_parallel_is_tried_again_with_all_its_branches() -> None:
    tries: list[str] = []

    def answer(task: StartTask) -> list[Happening]:
        tries.append(task.state)
        if task.state == "B" and tries.count("B") < 3:
            return [TaskFailed(task.frame, task.seq, "E")]
        return echo(task)

    state = {
        "Type": "Parallel",
        "Branches": [line(A=task()), line(B=task())],
        "Retry": [{"ErrorEquals": ["E"]}],
        "End": True,
    }
    world = execute(line(S=state), {"x": 1}, answer=answer)
    assert tries == ["A", "B"] * 3
    assert world.output == [{"x": 1}, {"x": 1}]
    assert "ParallelStateFailed" not in world.types
    assert set(world.pieces) == {0}


def test_an_error_of_a_branch_is_caught_outside() -> None:
    inner = {
        "Type": "Parallel",
        "Branches": [line(F={"Type": "Fail", "Error": "E", "Cause": "c"})],
        "End": True,
    }
    outer = {
        "Type": "Parallel",
        "Branches": [line(I=inner), line(T=task())],
        "Catch": [{"ErrorEquals": ["E"], "Next": "C"}],
        "End": True,
    }
    world = execute(line(S=outer, C=passing()), answer=nothing)
    assert world.output == {"Error": "E", "Cause": "c"}
    assert world.types.count("ParallelStateFailed") == 2


def test_a_runtime_error_ends_the_execution_from_anywhere() -> None:
    branch = line(P=passing(InputPath="$.nowhere"))
    state = {
        "Type": "Parallel",
        "Branches": [branch, line(T=task())],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}],
        "End": True,
    }
    world = execute(line(S=state), answer=nothing)
    assert world.types[-2:] == ["PassStateEntered", "ExecutionFailed"]
    assert world.failure[0] == "States.Runtime"
