"""A run: one execution of a machine, decided step by step. Pure: what happened goes in, commands come out.

    run = Run.new(machine, facts)
    decision = run.advance(Started(), now_ms)
    ...                                  # perform decision.commands, keep decision.events
    decision = run.advance(TaskSucceeded(0, 1, {"ok": True}), now_ms)

What a run knows is a set of *pieces*, plain data that is saved one by one: a piece that did not change is not
written again, and a run is restored from its pieces without reading history.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from windsock.languages.asl import ending
from windsock.languages.asl.commands import Command, Status
from windsock.languages.asl.context import Facts
from windsock.languages.asl.document import Document
from windsock.languages.asl.frames import ROOT
from windsock.languages.asl.happenings import Continued, Happening, Redriven, Started, Stopped, TimedOut
from windsock.languages.asl.machine import Machine
from windsock.languages.asl.tree import Tree
from windsock.languages.asl.turn import HistoryFull, Turn

HistoryEvent = dict[str, Any]
"""As GetExecutionHistory shows it: id, previousEventId, type, ...EventDetails; `timestamp` in
milliseconds."""

VERSION: Final = 1
"""Of the saved form."""

RUNNING: Final = "RUNNING"


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
    """The pieces to write (`put`) and to forget (`removed`) since the last time; JSON texts by number."""

    put: dict[int, bytes] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)


class Run:
    """One execution. `new`, `restore`, `advance`, `awaits`, `changes` and `status` are for everybody.

    The rest is for `Turn`.
    """

    def __init__(self, machine: Machine, facts: Facts, tree: Tree) -> None:
        self.machine = machine
        self.facts = facts
        self.tree = tree
        self.status = ""
        """As DescribeExecution says it; empty before it began."""

        self.events = 0
        """How many events the history has."""

        self.ready: deque[int] = deque()
        """The frames that can go on, in the order of their turns."""

        self.execution_context = facts.execution()
        self.machine_context = facts.machine()
        self._entropy_drawn = 0
        self._saved: set[int] = set()

    @classmethod
    def new(cls, machine: Machine, facts: Facts) -> Run:
        """An execution that has not begun; `Started` begins it."""
        return cls(machine, facts, Tree.planted(machine, Document(facts.input, facts.input_text)))

    @classmethod
    def restore(cls, machine: Machine, facts: Facts, pieces: Mapping[int, bytes]) -> Run:
        """An execution as its saved pieces tell of it."""
        saved = {number: orjson.loads(piece) for number, piece in pieces.items()}
        header = saved[ROOT].pop("run")
        if header["version"] != VERSION:
            raise ValueError(f"This execution was saved in form {header['version']}, not {VERSION}")
        if not saved[ROOT]:
            del saved[ROOT]  # It succeeded: nothing is left to know.
        run = cls(machine, facts, Tree.restored(machine, header["drawn"], saved))
        run.status, run.events = header["status"], header["events"]
        run._entropy_drawn = header["entropy"]
        run.ready.extend(header["ready"])
        run._saved = set(pieces)
        return run

    def advance(self, happening: Happening, now_ms: int, *, most: int = 1000) -> Decision:
        """Decide what follows, in at most about `most` state transitions.

        Never raises for what a definition or an input holds: that fails the execution with a States error.
        What comes too late changes nothing.
        """
        turn = Turn(self, now_ms, most)
        try:
            if self._receive(turn, happening):
                turn.work()
        except HistoryFull:
            ending.end_full(turn)
        return Decision(turn.events, turn.commands, bool(self.ready))

    def _receive(self, turn: Turn, happening: Happening) -> bool:
        """Take in what happened; whether there may be something to decide."""
        if isinstance(happening, Started) and not self.status:
            self.status = RUNNING
            turn.begin()
        elif isinstance(happening, Redriven):
            if self.status in ("FAILED", "TIMED_OUT", "ABORTED"):
                self.status = RUNNING
                ending.redrive(turn)
        elif self.status != RUNNING:
            return False
        elif isinstance(happening, Stopped):
            ending.end_from_outside(turn, "ABORTED", happening.error, happening.cause)
        elif isinstance(happening, TimedOut):
            ending.end_from_outside(turn, "TIMED_OUT", None, None)
        elif not isinstance(happening, Started | Continued) and self.awaits(happening.frame, happening.seq):
            turn.deliver(self.tree.frames[happening.frame], happening)
        return self.status == RUNNING

    def awaits(self, frame: int, seq: int) -> bool:
        """Whether this piece of work is still waited for."""
        waiting = self.tree.frames.get(frame)
        return waiting is not None and self.status == RUNNING and bool(waiting.waiting) and waiting.seq == seq

    def changes(self) -> Changes:
        """What must be saved since this was last asked."""
        changes = Changes()
        changed, saved = self.tree.changed, self._saved
        changed.add(ROOT)
        for number in changed:
            plain = self.tree.plain(number)
            if number == ROOT:
                plain = {"run": self._header(), **(plain or {})}
            if plain is not None:
                changes.put[number] = orjson.dumps(plain)
                saved.add(number)
            elif number in saved:
                changes.removed.add(number)
                saved.discard(number)
        changed.clear()
        return changes

    def _header(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "status": self.status,
            "events": self.events,
            "drawn": self.tree.drawn,
            "entropy": self._entropy_drawn,
            "ready": list(self.ready),
        }

    def entropy(self, size: int) -> bytes:
        """Bytes that look like chance and are the same whenever this execution is decided again."""
        self._entropy_drawn += 1
        seed = f"{self.facts.execution_arn} {self._entropy_drawn}".encode()
        return hashlib.shake_256(seed).digest(size)

    def end(self, status: Status) -> None:
        """The execution is over. What a redrive needs stays if it was no success."""
        self.status = status
        self.ready.clear()
        if status == "SUCCEEDED":
            del self.tree.frames[ROOT]
