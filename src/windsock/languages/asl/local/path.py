"""The way an execution took, from its history: which states it visited, when, and what failed in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_FAILED: Final = ("Failed", "TimedOut")
_BEGUN: Final = ("Scheduled", "ParallelStateStarted", "MapStateStarted")


@dataclass(slots=True)
class Attempt:
    """What failed in a state, and when that was tried again, if it was."""

    at_ms: int
    error: str
    cause: str
    retried_ms: int | None = None


@dataclass(slots=True)
class Visit:
    """A stay in a state. `exited_ms` is None when the execution ended in it, or its branch was given up.

    `type` is the state's: Task, Pass ... `lines` are the branches or iterations that ran below it.
    """

    state: str
    type: str
    entered_ms: int
    exited_ms: int | None = None
    failures: list[Attempt] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """States one after another: a branch or an iteration, `index` its number; the machine itself is 0."""

    index: int = 0
    visits: list[Visit] = field(default_factory=list)
    above: Line | None = None


def path_of(history: Iterable[Mapping[str, Any]], map_runs: Iterable[list[Line]] = ()) -> Line:
    """The way of an execution: its events as the interpreter gives them, with `timestamp` in milliseconds.

    `map_runs` are the ways of the child executions of each Map Run, in the order in which those began.
    """
    way = Line()
    children = iter(map_runs)
    lines: dict[int, Line] = {0: way}
    branching: dict[int, Visit] = {}
    for event in history:
        kind, before = str(event["type"]), int(event["previousEventId"])
        line = lines.get(before, way)
        if kind.endswith("StateEntered"):
            line = _enter(event, branching.get(before), line)
        elif kind.endswith("StateExited"):
            line = _exit(event, line)
        elif kind == "MapIterationStarted":
            line = _iterate(event, line)
        elif kind == "MapRunStarted":
            line.visits[-1].lines += next(children, [])
        elif kind.endswith(_FAILED):
            _fail(event, line)
        elif kind.endswith(_BEGUN):
            _begin(event, line)
        if kind == "ParallelStateStarted":
            branching[event["id"]] = line.visits[-1]
        lines[event["id"]] = line
    return way


def _enter(event: Mapping[str, Any], parallel: Visit | None, line: Line) -> Line:
    details = event["stateEnteredEventDetails"]
    if parallel is not None:
        line = Line(len(parallel.lines), above=line)
        parallel.lines.append(line)
    kind = event["type"].removesuffix("StateEntered")
    line.visits.append(Visit(details["name"], kind, event["timestamp"]))
    return line


def _exit(event: Mapping[str, Any], line: Line) -> Line:
    line = _line_with(event["stateExitedEventDetails"]["name"], line)
    line.visits[-1].exited_ms = event["timestamp"]
    return line


def _iterate(event: Mapping[str, Any], line: Line) -> Line:
    # An iteration follows the last event of one before it: the Map is further up.
    details = event["mapIterationStartedEventDetails"]
    above = _line_with(details["name"], line)
    line = Line(details["index"], above=above)
    above.visits[-1].lines.append(line)
    return line


def _line_with(state: str, line: Line) -> Line:
    """The nearest line, this one or above, that is in a state."""
    while line.above is not None and not (line.visits and line.visits[-1].state == state):
        line = line.above
    return line


def _fail(event: Mapping[str, Any], line: Line) -> None:
    found = (value for key, value in event.items() if key.endswith("EventDetails"))
    details: Mapping[str, Any] = next(found, {})
    if not line.visits or "error" not in details:
        return
    failures = line.visits[-1].failures
    # The execution fails with what failed in the state, unless that says nothing of it.
    if not event["type"].startswith("Execution") or not failures:
        failures.append(Attempt(event["timestamp"], details["error"], details.get("cause", "")))


def _begin(event: Mapping[str, Any], line: Line) -> None:
    failures = line.visits[-1].failures
    if failures and failures[-1].retried_ms is None:
        failures[-1].retried_ms = event["timestamp"]
