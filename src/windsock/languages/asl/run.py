"""A run: one execution of a machine, decided step by step. Pure: what happened goes in, commands come out.

    run = Run.new(machine, facts)
    decision = run.advance(Started(), now_ms)
    ...                                  # perform decision.commands, keep decision.events
    decision = run.advance(TaskSucceeded(0, 3, {"ok": True}), now_ms)

What a run knows is a set of *frames* (lines of states under way), plain data that is saved piece by piece: a
frame that did not change is not written again, and a run is restored from its frames without reading history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from windsock.languages.asl.commands import Command
from windsock.languages.asl.happenings import Happening
from windsock.languages.asl.machine import Machine

HistoryEvent = dict[str, Any]
"""As GetExecutionHistory shows it (id, previousEventId, type, ...EventDetails), `timestamp` in milliseconds."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the context object tells of an execution, and how its tasks' tokens are made.

    `token(frame, seq)` must give the same text each time. `input` is parsed JSON.
    """

    execution_arn: str
    execution_name: str
    machine_arn: str
    machine_name: str
    role_arn: str
    started_ms: int
    input: Any
    token: Callable[[int, int], str]
    redrive_count: int = 0


@dataclass(slots=True)
class Decision:
    """What follows from a happening: events for the history and commands, both in order.

    `unfinished` says that there is more to decide at once: tell `Continued` when convenient.
    """

    events: list[HistoryEvent] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    unfinished: bool = False


@dataclass(slots=True)
class Changes:
    """The frames to write (`put`) and to forget (`removed`) since the last time; JSON texts by frame number."""

    put: dict[int, bytes] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)


class Run:
    """One execution."""

    @classmethod
    def new(cls, machine: Machine, facts: Facts) -> Run:
        """An execution that has not begun; `Started` begins it."""
        raise NotImplementedError

    @classmethod
    def restore(cls, machine: Machine, facts: Facts, frames: Mapping[int, bytes]) -> Run:
        """An execution as its saved frames tell of it."""
        raise NotImplementedError

    def advance(self, happening: Happening, now_ms: int, *, most: int = 1000) -> Decision:
        """Decide what follows, in at most about `most` state transitions. Never raises for what a definition
        or an input holds: that fails the execution with a States error."""
        raise NotImplementedError

    def changes(self) -> Changes:
        """What must be saved since this was last asked."""
        raise NotImplementedError
