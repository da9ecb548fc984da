"""Redriving: an execution without success goes on where it failed, keeping what had succeeded.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.asl_world import World, echo, execute, facts, line, nothing, passing, task

from windsock.languages.asl import Machine
from windsock.languages.asl.commands import StartTask
from windsock.languages.asl.happenings import Happening, Redriven, Stopped, TaskFailed, TimedOut


class Flaky:
    """Tasks that fail until they are mended."""

    def __init__(self, *bad: str) -> None:
        self.bad = set(bad)
        self.tried: list[str] = []

    def __call__(self, task: StartTask) -> list[Happening]:
        self.tried.append(task.state)
        return [TaskFailed(task.frame, task.seq, "E", "c")] if task.state in self.bad else echo(task)


def redrive(world: World, flaky: Flaky) -> list[str]:
    """Mend the tasks and redrive; the states that are tried, and the types of the events."""
    flaky.bad.clear()
    flaky.tried.clear()
    before = len(world.history)
    world.redrive()
    return world.types[before:]


def test_a_failed_task_is_scheduled_again_with_fresh_retries() -> None:
    flaky = Flaky("B")
    retry = [{"ErrorEquals": ["E"], "MaxAttempts": 1}]
    world = execute(line(A=task(Next="B"), B=task(Retry=retry), restored=passing()), {"x": 1}, answer=flaky)
    assert flaky.tried == ["A", "B", "B"]
    assert redrive(world, flaky) == [
        "ExecutionRedriven",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    redriven = next(event for event in world.history if event["type"] == "ExecutionRedriven")
    assert redriven["previousEventId"] == redriven["id"] - 1
    assert world.output == {"x": 1}


@pytest.mark.parametrize("restored", [False, True])
def test_only_the_branches_that_did_not_succeed_run_again(restored: bool) -> None:
    flaky = Flaky("B")
    branches = [
        line(A=task()),
        line(B=task(), Z=passing()),
        line(W={"Type": "Wait", "Seconds": 5, "Next": "C"}, C=task()),
    ]
    world = execute(
        line(P={"Type": "Parallel", "Branches": branches, "End": True}),
        {"x": 1},
        answer=flaky,
        restored=restored,
    )
    assert flaky.tried == ["A", "B"]
    types = redrive(world, flaky)
    assert flaky.tried == ["B", "C"]
    assert types[-2:] == ["ParallelStateExited", "ExecutionSucceeded"]
    assert world.output == [{"x": 1}] * 3


@pytest.mark.parametrize("restored", [False, True])
def test_a_map_goes_on_with_what_failed_and_what_had_not_begun(restored: bool) -> None:
    tried: list[int] = []

    def answer(task: StartTask) -> list[Happening]:
        tried.append(task.arguments)
        return (
            [TaskFailed(task.frame, task.seq, "E")] if task.arguments == 2 and len(tried) < 4 else echo(task)
        )

    state = {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": line(T=task()), "End": True}
    world = execute(line(M=state), [1, 2, 3], answer=answer, restored=restored)
    assert tried == [1, 2]
    tried.extend([0, 0])
    world.redrive()
    assert tried[4:] == [2, 3]
    assert world.output == [1, 2, 3]


@pytest.mark.parametrize("happening", [Stopped(), TimedOut()])
def test_a_stopped_execution_goes_on(happening: Happening) -> None:
    machine = Machine.compile(line(A=passing(Next="B"), B=task()))
    world = World(machine, facts(input=[1]), nothing).begin()
    world.tell(happening)
    world.answer = echo
    world.redrive()
    assert world.output == [1]
    assert [task.state for task in world.asked(StartTask)] == ["B", "B"]


def test_a_state_that_failed_by_itself_begins_anew() -> None:
    flaky = Flaky()
    state: dict[str, Any] = {
        "Type": "Parallel",
        "Branches": [line(A=task())],
        "ResultSelector": {"x.$": "States.ArrayGetItem($, 7)"},
        "End": True,
    }
    world = execute(line(P=state), answer=flaky)
    assert flaky.tried == ["A"]
    redrive(world, flaky)
    assert flaky.tried == ["A"]


def test_what_succeeded_or_runs_is_not_redriven() -> None:
    world = execute(line(S=passing()))
    before = list(world.history)
    world.tell(Redriven())
    assert world.history == before
