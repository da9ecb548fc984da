"""Executions recorded at AWS: each one's history, event by event, with its ids and what each event follows.

What a task answered is taken from the recorded history. Recorded texts hold placeholders where AWS gives
another value each time; those take anything.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.asl_world import World, echo, facts

from windsock.languages.asl import Facts, Machine
from windsock.languages.asl.commands import ReadItems, StartTask
from windsock.languages.asl.happenings import (
    ActivityStarted,
    Happening,
    TaskFailed,
    TaskSubmitted,
    TaskSucceeded,
)

DATA = Path(__file__).parents[2] / "data" / "recorded_asl_executions.json.gz"
CASES: list[dict[str, Any]] = json.loads(gzip.decompress(DATA.read_bytes()))
EXECUTION = "arn:<partition>:states:<region>:111111111111:execution:<ArnPart_0idx>:<ExecArnPart_0idx>"
MACHINE = "arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>"
# What the recorder put in place of what AWS gives another value each time.
PLACEHOLDER = re.compile(r"<[^<>]+>|\b(?:lambda_function_(?:1_)?name|activity_arn|map_run_arn)\b")
WHOLE_PLACEHOLDERS = ("date", '"date"', "timestamp", "RandomNumberGenerated")
REPLACED = {"arn:aws:": "arn:<partition>:", "us-east-1": "<region>", "000000000000": "111111111111"}
TOO_LARGE = "é" * 200_000


def named(case: dict[str, Any]) -> str:
    return f"{case['test'].split('::')[-1]}-{case['key']}"


@pytest.mark.parametrize(
    "how", [{}, {"restored": True}, {"twice": True}, {"restored": True, "most": 1}], ids=str
)
@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_history_is_as_recorded(case: dict[str, Any], how: dict[str, Any]) -> None:
    recording = Recording(case)
    machine = Machine.compile(case["definition"])
    world = World(machine, recording.facts(), recording.answer, recording.items, **how).start()
    recording.check(world)


class Recording:
    """A recorded execution, and what of it is needed to run it again."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.history: list[dict[str, Any]] = case["history"]
        self.translation = dict(pairs(case["input"], read(details(self.history[0])["input"])))
        self._scheduled = [event for event in self.history if event["type"].endswith("Scheduled")]
        self._asked = 0

    def facts(self) -> Facts:
        """The facts, with placeholders where the recording has them."""
        started = details(self.history[0])
        text = started["input"] if isinstance(started["input"], str) else json.dumps(self.case["input"])
        return facts(
            execution_arn=EXECUTION,
            execution_name="<ExecArnPart_0idx>",
            machine_arn=MACHINE,
            machine_name="<ArnPart_0idx>",
            role_arn=started["roleArn"],
            input=self.case["input"],
            input_text=text,
            token=lambda _frame, _seq: "<task_token:1>",
            has_activity=lambda _arn: bool(self._scheduled),
        )

    def answer(self, task: StartTask) -> list[Happening]:
        """What happened to the task then. What children of a distributed Map asked was not recorded."""
        if self._asked >= len(self._scheduled):
            return echo(task)
        scheduled = self._scheduled[self._asked]
        self._asked += 1
        return list(self._answers(task, scheduled["id"]))

    def _answers(self, task: StartTask, number: int) -> Iterator[Happening]:
        place = (task.frame, task.seq)
        for event in self.history:
            if event["previousEventId"] != number or event["type"].endswith(("Entered", "Exited")):
                continue
            number, told = event["id"], details(event)
            moment = event["type"].removeprefix("Task").removeprefix("LambdaFunction")
            if moment == "ActivityStarted":
                yield ActivityStarted(*place, told.get("workerName", ""))
            elif moment == "Submitted":
                yield TaskSubmitted(*place, read(told["output"]))
            elif moment in ("Succeeded", "ActivitySucceeded"):
                yield TaskSucceeded(*place, text=self._text(told["output"]))
            elif moment == "Failed" and told["error"] == "States.DataLimitExceeded":
                yield TaskSucceeded(*place, TOO_LARGE)
            elif moment == "Failed":
                yield TaskFailed(*place, told["error"], self._text(told["cause"]))

    def items(self, _command: ReadItems) -> list[Any]:
        """What the ItemReader read: the children only passed it on."""
        (left,) = (event for event in self.history if event["type"] == "MapStateExited")
        items: list[Any] = read(details(left)["output"])
        return items

    def _text(self, recorded: Any) -> str:
        """A JSON text as it was, if any later event still shows it; the recorder has parsed it."""
        if isinstance(recorded, str):
            return recorded
        for text in texts(self.history):
            if text.startswith("{") and read(text) == recorded:
                return text
        return json.dumps(recorded, separators=(",", ":"))

    def check(self, world: World) -> None:
        """Compare with what was recorded."""
        ours = world.history
        # The recorder sorted events of branches and took their ids away, and left out a few.
        loose = [event for event in self.history if isinstance(event["id"], list)]
        fixed = {event["id"]: event for event in self.history if event not in loose}
        rest = []
        for event in ours:
            if event["id"] in fixed:
                self._check_event(event, self._as_now(fixed.pop(event["id"])))
            elif not event["type"].startswith("ParallelState") or any(
                event["type"] == each["type"] for each in loose
            ):
                rest.append(event)
        assert not fixed
        kinds = Counter(json.dumps([event["type"], named_details(event)], sort_keys=True) for event in rest)
        assert kinds == Counter(json.dumps([e["type"], named_details(e)], sort_keys=True) for e in loose)

    def _as_now(self, event: dict[str, Any]) -> dict[str, Any]:
        """Until autumn 2024 the end of a distributed Map followed the success of its Map Run, now it follows
        its start."""
        before = {each["id"]: each for each in self.history if isinstance(each["id"], int)}
        previous = before.get(event["previousEventId"])
        if event["type"] == "MapStateExited" and previous and previous["type"] == "MapRunSucceeded":
            return event | {"previousEventId": previous["previousEventId"]}
        return event

    def _check_event(self, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
        assert (ours["id"], ours["previousEventId"], ours["type"]) == (
            theirs["id"],
            theirs["previousEventId"],
            theirs["type"],
        )
        members = {name for name in ours if name.endswith("Details")}
        assert members == {name for name in theirs if name.endswith("Details")}, ours["type"]
        difference = self._unlike(details(ours), details(theirs))
        assert not difference, (ours["type"], difference)

    def _unlike(self, ours: Any, theirs: Any, place: str = "") -> str:
        """Where two values differ, modulo placeholders; empty when they do not."""
        if isinstance(ours, str) and isinstance(theirs, str):
            return "" if self._same_text(ours, theirs) else f"{place}: {ours!r} instead of {theirs!r}"
        # The recorder parsed some JSON texts.
        ours = read(ours)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            if "RedriveCount" in ours and "Id" in theirs:
                # Executions recorded before there were redrives do not tell of them.
                theirs = {"RedriveCount": 0} | theirs
            if ours.keys() != theirs.keys():
                return f"{place}: {sorted(ours)} instead of {sorted(theirs)}"
            return "".join(self._unlike(ours[name], theirs[name], f"{place}/{name}") for name in theirs)
        if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
            return "".join(
                self._unlike(*both, f"{place}/{i}") for i, both in enumerate(zip(ours, theirs, strict=True))
            )
        if theirs in WHOLE_PLACEHOLDERS or (ours == theirs and type(ours) is type(theirs)):
            return ""
        return f"{place}: {ours!r} instead of {theirs!r}"

    def _same_text(self, ours: str, theirs: str) -> bool:
        replaced = ours
        for original, placeholder in (*self.translation.items(), *REPLACED.items()):
            replaced = replaced.replace(original, placeholder)
        if theirs in (ours, replaced, *WHOLE_PLACEHOLDERS):
            return True
        parts = [re.escape(part) for part in PLACEHOLDER.split(theirs)]
        return bool(re.fullmatch(".+".join(parts), replaced, re.DOTALL))


def details(event: dict[str, Any]) -> dict[str, Any]:
    """What an event tells."""
    for name, value in event.items():
        if name.endswith("Details"):
            told: dict[str, Any] = value
            return told
    return {}


def named_details(event: dict[str, Any]) -> dict[str, Any]:
    """The details, JSON texts parsed."""
    return {name: read(value) for name, value in details(event).items()}


def read(value: Any) -> Any:
    """What a JSON text says; anything else as it is."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def texts(value: Any) -> Iterator[str]:
    """All texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def pairs(ours: Any, theirs: Any) -> Iterator[tuple[str, str]]:
    """The texts of the input that the recorder replaced, with the placeholders."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in ours:
            yield from pairs(ours[name], theirs[name])
    elif isinstance(ours, list) and isinstance(theirs, list):
        for one, other in zip(ours, theirs, strict=True):
            yield from pairs(one, other)
    elif isinstance(ours, str) and isinstance(theirs, str) and ours != theirs:
        yield ours, theirs
