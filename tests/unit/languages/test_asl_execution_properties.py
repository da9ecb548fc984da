"""What holds for any definition and any input: nothing is raised but DefinitionError, the history is a chain,
and neither saving and restoring, nor being told twice, nor short turns change what an execution does."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.asl_machines import ANYTHING, DOCUMENTS, machines
from tests.asl_world import World, facts

from windsock.languages.asl import DefinitionError, Machine, limits
from windsock.languages.asl.commands import StartTask
from windsock.languages.asl.happenings import (
    ActivityStarted,
    Happening,
    TaskFailed,
    TaskHeartbeat,
    TaskSubmitted,
    TaskSucceeded,
)

LONGEST = 60
ANSWERS = st.lists(st.integers(0, 4), max_size=5)
many = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", autouse=True)
def short_histories() -> Iterator[None]:
    """Machines that go round and round end sooner than at AWS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MAX_HISTORY_EVENTS", 300)
        yield


class Answers:
    """What tasks do, by the number of the task: the same each time."""

    def __init__(self, seed: list[int]) -> None:
        self._seed = seed or [0]
        self._asked = 0

    def __call__(self, task: StartTask) -> Iterable[Happening]:
        what = self._seed[self._asked % len(self._seed)]
        self._asked += 1
        place = (task.frame, task.seq)
        answers: list[list[Happening]] = [
            [TaskSucceeded(*place, task.arguments)],
            [TaskFailed(*place, "E", "c")],
            [
                ActivityStarted(*place),
                TaskSubmitted(*place, {}),
                TaskHeartbeat(*place),
                TaskSucceeded(*place, text="[1, 2]"),
            ],
            [],
            [TaskFailed(*place, "States.Timeout")],
        ]
        return answers[what]


def run(machine: Machine, document: Any, seed: list[int], **how: Any) -> World:
    """An execution as far as it goes by itself in some steps, redriven once if that was no success."""
    known = facts(input=document)
    world = World(machine, known, Answers(seed), lambda _c: [1, {"a": 2}], longest=LONGEST, **how).start()
    return world.redrive() if world.end is not None and world.end.status == "FAILED" else world


@many
@given(machines(2), DOCUMENTS, ANSWERS)
def test_an_execution_is_the_same_however_it_is_kept(definition: Any, document: Any, seed: list[int]) -> None:
    machine = Machine.compile(definition)
    world = run(machine, document, seed)
    for place, event in enumerate(world.history):
        assert event["id"] == place + 1
        assert 0 <= event["previousEventId"] < event["id"]
    for how in ({"restored": True}, {"twice": True}, {"most": 3, "restored": True}):
        other = run(machine, document, seed, **how)
        assert other.history == world.history
        assert other.end == world.end


@many
@given(machines(1), st.data())
def test_a_spoilt_definition_is_refused_or_runs(definition: Any, data: st.DataObject) -> None:
    spoilt = copy.deepcopy(definition)
    spoil(spoilt, data)
    try:
        machine = Machine.compile(json.dumps(spoilt))
    except DefinitionError:
        return
    run(machine, data.draw(ANYTHING), [0, 1])


def spoil(value: Any, data: st.DataObject) -> None:
    """Put something else somewhere into a value."""
    while True:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = data.draw(st.sampled_from(places))
        inside = value[place]
        if not isinstance(inside, dict | list) or not inside or data.draw(st.integers(0, 4)) == 0:
            value[place] = data.draw(ANYTHING)
            return
        value = inside


@many
@given(ANYTHING | st.text())
def test_anything_else_is_refused(definition: Any) -> None:
    with pytest.raises(DefinitionError):
        Machine.compile(definition)
