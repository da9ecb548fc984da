"""Whole executions: the machines of the seeds, how an execution ends, and its limits."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.asl_world import FUNCTION, World, echo, execute, facts, failing, line, nothing, passing, task

from windsock.languages.asl import Machine, Run
from windsock.languages.asl.commands import CancelTask, CancelTimers, StartTask
from windsock.languages.asl.happenings import Happening, Started, Stopped, TaskFailed, TaskSucceeded, TimedOut

DATA = Path(__file__).parents[2] / "data"


def test_the_machine_of_the_metrics_article_writes_88_events() -> None:
    asked: list[tuple[int, Any]] = []

    def answer(task: StartTask) -> list[Happening]:
        asked.append((world.now_ms, task.arguments))
        return echo(task)

    document = {"ECSClusterName": "ECSEsgaroth"}
    machine = Machine.compile((DATA / "machine_write_metric.json.txt").read_text())
    world = World(machine, facts(input=document), answer)
    world.start()
    assert asked == [(5000 * number, document) for number in range(12)]
    assert Counter(world.types) == {
        "ExecutionStarted": 1,
        "ParallelStateEntered": 1,
        "ParallelStateStarted": 1,
        "WaitStateEntered": 11,
        "WaitStateExited": 11,
        "TaskStateEntered": 12,
        "LambdaFunctionScheduled": 12,
        "LambdaFunctionStarted": 12,
        "LambdaFunctionSucceeded": 12,
        "TaskStateExited": 12,
        "ParallelStateSucceeded": 1,
        "ParallelStateExited": 1,
        "ExecutionSucceeded": 1,
    }
    assert len(world.history) == 88
    assert world.output == [document] * 12


EXPOSED_KEY = line(
    DeleteAccessKeyPair=task(
        Catch=[{"ErrorEquals": ["ClientError"], "ResultPath": "$.error-info", "Next": "NotifySecurity"}],
        Next="LookupCloudTrailEvents",
    ),
    LookupCloudTrailEvents=task(Next="NotifySecurity"),
    NotifySecurity=task(),
)


def test_a_caught_error_is_put_at_a_hyphenated_path() -> None:
    def answer(task: StartTask) -> list[Happening]:
        if task.state == "DeleteAccessKeyPair":
            return [TaskFailed(task.frame, task.seq, "ClientError", "no such key")]
        return echo(task)

    world = execute(EXPOSED_KEY, {"account": "1"}, answer=answer)
    assert world.entered == ["DeleteAccessKeyPair", "NotifySecurity"]
    assert world.output == {"account": "1", "error-info": {"Error": "ClientError", "Cause": "no such key"}}


CATCH = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.errorMsg", "Next": "NotifyUser"}]
SNAPSHOTS = line(
    TagSnapshot=task(
        ResultPath="$.taskresult", OutputPath="$", TimeoutSeconds=60, Catch=CATCH, Next="EvaluateContinue"
    ),
    EvaluateContinue={
        "Type": "Choice",
        "Choices": [{"Variable": "$.taskresult", "StringEquals": "VOLUME_NOT_TAGGED", "Next": "Success"}],
        "Default": "ManageSnapshots",
    },
    ManageSnapshots={
        "Type": "Parallel",
        "ResultPath": "$.parallel",
        "Catch": CATCH,
        "Branches": [line(Copy=task()), line(Delete=task())],
        "Next": "Success",
    },
    NotifyUser=task(Next="Success"),
    Success={"Type": "Succeed"},
)
TO_PARALLEL = ["TagSnapshot", "EvaluateContinue", "ManageSnapshots", "Copy", "Delete"]


@pytest.mark.parametrize(
    ("result", "fails", "states"),
    [
        ("VOLUME_NOT_TAGGED", "", ["TagSnapshot", "EvaluateContinue", "Success"]),
        ("vol-1", "", [*TO_PARALLEL, "Success"]),
        ("vol-1", "TagSnapshot", ["TagSnapshot", "NotifyUser", "Success"]),
        ("vol-1", "Copy", [*TO_PARALLEL, "NotifyUser", "Success"]),
    ],
)
def test_the_ways_through_the_machine_of_snapshots(result: str, fails: str, states: list[str]) -> None:
    def answer(task: StartTask) -> list[Happening]:
        if task.state == fails:
            return [TaskFailed(task.frame, task.seq, "Boom", "it broke")]
        return [TaskSucceeded(task.frame, task.seq, result)]

    world = execute(SNAPSHOTS, {"detail": {}}, answer=answer)
    assert world.entered == states
    told = [task.arguments for task in world.asked(StartTask) if task.state == "NotifyUser"]
    error = {"errorMsg": {"Error": "Boom", "Cause": "it broke"}}
    assert [each["errorMsg"] for each in told] == ([error["errorMsg"]] if fails else [])


BUSY = line(
    S={
        "Type": "Parallel",
        "Branches": [line(W={"Type": "Wait", "Seconds": 9, "End": True}), line(T=task())],
        "End": True,
    }
)


@pytest.mark.parametrize(
    ("happening", "status", "kind", "told"),
    [
        (Stopped("E", "why"), "ABORTED", "ExecutionAborted", {"error": "E", "cause": "why"}),
        (Stopped(), "ABORTED", "ExecutionAborted", {}),
        (TimedOut(), "TIMED_OUT", "ExecutionTimedOut", {}),
    ],
)
def test_an_end_from_outside_is_one_event_that_follows_none(
    happening: Happening, status: str, kind: str, told: dict[str, str]
) -> None:
    world = World(Machine.compile(BUSY), facts(), nothing).begin()
    before = len(world.history)
    world.tell(happening)
    (event,) = world.history[before:]
    assert (event["type"], event["previousEventId"]) == (kind, 0)
    assert event[f"{kind[0].lower()}{kind[1:]}EventDetails"] == told
    assert len(world.asked(CancelTask)) == len(world.asked(CancelTimers)) == 1
    assert world.end is not None and world.end.status == status


def test_what_comes_after_the_end_changes_nothing() -> None:
    world = execute(line(S=task()))
    before = list(world.history)
    started = world.asked(StartTask)[0]
    world.tell(TaskSucceeded(started.frame, started.seq, "late"))
    world.tell(Stopped())
    assert world.history == before


def test_a_history_has_25_000_events_at_most() -> None:
    loop = {"Type": "Choice", "Choices": [{"Variable": "$", "IsPresent": True, "Next": "S"}]}
    world = execute(line(S=loop))
    assert world.history[-1] == {
        "id": 25_000,
        "previousEventId": 24_999,
        "timestamp": 0,
        "type": "ExecutionFailed",
        "executionFailedEventDetails": {
            "error": "States.Runtime",
            "cause": "The execution reached the maximum number of history events (25000).",
        },
    }
    assert len(world.history) == 25_000


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (task(Resource="arn:aws:states:::lambda:invoke"), "lambda"),
        (task(), FUNCTION),
        (task(Resource="arn:aws:states:::lambda:invoke", Parameters={"p": "x" * 270_000}), "lambda"),
        (passing(Result="é" * 140_000), "S"),
        (passing(Parameters={"twice.$": "States.Array($.half, $.half)"}), "S"),
    ],
)
def test_a_payload_has_256_kib_at_most(state: dict[str, Any], name: str) -> None:
    big = {"half": "x" * 140_000}
    world = execute(line(S=state), big, answer=lambda t: [TaskSucceeded(t.frame, t.seq, [big, big])])
    assert world.failure == (
        "States.DataLimitExceeded",
        f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service"
        " limit.",
    )


def test_a_turn_lasts_no_longer_than_it_may() -> None:
    machine = Machine.compile(line(A=passing(Next="B"), B=passing(Next="C"), C=passing()))
    whole, pieces = World(machine, facts()).start(), World(machine, facts(), most=1).start()
    assert pieces.history == whole.history
    run = Run.new(machine, facts())
    decision = run.advance(Started(), 0, most=2)
    assert decision.unfinished
    assert [event["type"] for event in decision.events].count("PassStateExited") == 2


def test_no_choice_that_holds_is_an_error() -> None:
    never = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "S"}]}
    assert execute(line(S=never)).failure == (
        "States.NoChoiceMatched",
        "An error occurred while executing the state 'S' (entered at the event id #2). Failed to transition"
        " out of the state. The state does not point to a next state.",
    )


def test_a_failure_without_a_name_is_told_so() -> None:
    world = execute(line(S=task()), answer=failing(None))
    assert world.history[-2]["lambdaFunctionFailedEventDetails"] == {}
    assert world.failure == (None, None)


def test_texts_keep_their_spelling() -> None:
    branches = [line(B=passing()), line(C=passing())]
    definition = line(S={"Type": "Parallel", "Branches": branches, "End": True})
    text = '{ "n": 1.50, "big": 123456789012345678901234567890 }'
    world = execute(definition, facts=facts(input=json.loads(text), input_text=text))
    assert world.end is not None
    assert world.end.output_text == f"[{text},{text}]"


@pytest.mark.parametrize(
    "state",
    [
        passing(Parameters={"deeper.$": "$"}),
        passing(ResultPath="$.deeper"),
        passing(QueryLanguage="JSONata", Output="{% [$states.input] %}"),
        task(Parameters={"deeper.$": "$"}),
        {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": line(P=passing()), "End": True},
        {"Type": "Parallel", "Parameters": {"deeper.$": "$"}, "Branches": [line(P=passing())], "End": True},
    ],
)
@pytest.mark.parametrize("depth", [200, 1000])
def test_a_deep_input_ends_somehow(state: dict[str, Any], depth: int) -> None:
    text = f'{{"items": [{"[" * depth}{"]" * depth}]}}'
    world = execute(line(S=state), facts=facts(input=orjson.loads(text), input_text=text))
    assert world.end is not None
