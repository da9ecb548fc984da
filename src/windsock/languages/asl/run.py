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
from typing import Any

import orjson

from windsock.languages.asl import limits
from windsock.languages.asl.commands import Command, Status
from windsock.languages.asl.context import Facts
from windsock.languages.asl.document import Document
from windsock.languages.asl.failures import Failed, Failure
from windsock.languages.asl.frames import ROOT, VERSION, Aside, Frame, Result
from windsock.languages.asl.happenings import Continued, Happening, Redriven, Started, Stopped, TimedOut
from windsock.languages.asl.lines import Line
from windsock.languages.asl.machine import Machine
from windsock.languages.asl.turn import HistoryFull, Turn

HistoryEvent = dict[str, Any]
"""As GetExecutionHistory shows it (id, previousEventId, type, ...EventDetails), `timestamp` in
milliseconds."""

RUNNING = "RUNNING"


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
    """One execution. What is public is `new`, `restore`, `advance`, `awaits`, `changes` and `status`; the
    rest is for `Turn`."""

    def __init__(self, machine: Machine, facts: Facts) -> None:
        self.machine = machine
        self.facts = facts
        self.status = ""
        """As DescribeExecution says it; empty before it began."""

        self.events = 0
        """How many events the history has."""

        self.frames: dict[int, Frame] = {}
        self.asides: dict[int, Aside] = {}
        self.ready: deque[int] = deque()
        """The frames that can go on, in the order of their turns."""

        self.region = (facts.execution_arn.split(":") + [""] * 4)[3]
        self.execution_context = facts.execution()
        self.machine_context = facts.machine()
        self._results: dict[int, Result] = {}
        self._below: dict[int, dict[int, int]] = {}
        """By frame, what is below it: the numbers of frames and results by index."""

        self._drawn = 0
        self._entropy_drawn = 0
        self._changed: set[int] = set()
        self._saved: set[int] = set()

    @classmethod
    def new(cls, machine: Machine, facts: Facts) -> Run:
        """An execution that has not begun; `Started` begins it."""
        run = cls(machine, facts)
        document = Document(facts.input, facts.input_text)
        run.frames[ROOT] = Frame(ROOT, ROOT, 0, machine.line, machine.line.start, document)
        run.touch(ROOT)
        return run

    @classmethod
    def restore(cls, machine: Machine, facts: Facts, pieces: Mapping[int, bytes]) -> Run:
        """An execution as its saved pieces tell of it."""
        run = cls(machine, facts)
        run._saved = set(pieces)
        saved = {number: orjson.loads(pieces[number]) for number in sorted(pieces)}
        header = saved[ROOT]["run"]
        if header["version"] != VERSION:
            raise ValueError(f"This execution was saved in form {header['version']}, not {VERSION}")
        run.status, run.events, run._drawn = header["status"], header["events"], header["drawn"]
        run._entropy_drawn = header["entropy"]
        run.ready.extend(header["ready"])
        for number, plain in saved.items():
            run._take(number, plain)
        for frame in run.frames.values():
            if frame.aside:
                aside = run.asides[frame.aside]
                frame.input, frame.variables = aside.input, aside.variables
        return run

    def _take(self, number: int, plain: dict[str, Any]) -> None:
        if "arguments" in plain:
            self.asides[number] = Aside.from_plain(plain)
        elif "result" in plain:
            result = Result.from_plain(plain)
            self._results[number] = result
            self._below.setdefault(result.parent, {})[result.index] = number
        elif "state" in plain:
            line = self.machine.line if number == ROOT else self._line_below(plain["parent"], plain["index"])
            self.frames[number] = frame = Frame.from_plain(number, plain, line)
            if number != ROOT:
                self._below.setdefault(frame.parent, {})[frame.index] = number

    def _line_below(self, parent: int, index: int) -> Line:
        frame = self.frames[parent]
        return frame.line.states[frame.state].line_below(index)

    def advance(self, happening: Happening, now_ms: int, *, most: int = 1000) -> Decision:
        """Decide what follows, in at most about `most` state transitions. Never raises for what a definition
        or an input holds: that fails the execution with a States error. What comes too late changes
        nothing."""
        turn = Turn(self, now_ms, most)
        try:
            if self._receive(turn, happening):
                turn.work()
        except HistoryFull:
            turn.end_full()
        return Decision(turn.events, turn.commands, bool(self.ready))

    def _receive(self, turn: Turn, happening: Happening) -> bool:
        """Take in what happened; whether there may be something to decide."""
        if isinstance(happening, Started) and not self.status:
            self.status = RUNNING
            turn.begin()
        elif isinstance(happening, Redriven):
            if self.status in ("FAILED", "TIMED_OUT", "ABORTED"):
                self.status = RUNNING
                turn.redrive()
        elif self.status != RUNNING:
            return False
        elif isinstance(happening, Stopped):
            turn.end_from_outside("ABORTED", happening.error, happening.cause)
        elif isinstance(happening, TimedOut):
            turn.end_from_outside("TIMED_OUT", None, None)
        elif not isinstance(happening, Started | Continued):
            frame = self.frames.get(happening.frame)
            if frame is not None and frame.seq == happening.seq:
                turn.deliver(frame, happening)
        self.touch(ROOT)
        return self.status == RUNNING

    def awaits(self, frame: int, seq: int) -> bool:
        """Whether this piece of work is still waited for."""
        waiting = self.frames.get(frame)
        return waiting is not None and self.status == RUNNING and bool(waiting.waiting) and waiting.seq == seq

    def changes(self) -> Changes:
        """What must be saved since this was last asked."""
        changes = Changes()
        for number in self._changed:
            plain = self._plain(number)
            if plain is not None:
                changes.put[number] = orjson.dumps(plain)
                self._saved.add(number)
            elif number in self._saved:
                changes.removed.add(number)
                self._saved.discard(number)
        self._changed.clear()
        return changes

    def _plain(self, number: int) -> dict[str, Any] | None:
        frame = self.frames.get(number)
        if number == ROOT:
            header = {
                "version": VERSION,
                "status": self.status,
                "events": self.events,
                "drawn": self._drawn,
                "entropy": self._entropy_drawn,
                "ready": list(self.ready),
            }
            return {"run": header} if frame is None else {"run": header, **frame.plain()}
        piece = frame or self.asides.get(number) or self._results.get(number)
        return None if piece is None else piece.plain()

    # For the turn.

    def touch(self, number: int) -> None:
        """This piece changes."""
        self._changed.add(number)

    def draw(self) -> int:
        """A number that was not used before in this execution."""
        self._drawn += 1
        return self._drawn

    def entropy(self, size: int) -> bytes:
        """Bytes that look like chance and are the same whenever this execution is decided again."""
        self._entropy_drawn += 1
        seed = f"{self.facts.execution_arn} {self._entropy_drawn}".encode()
        return hashlib.shake_256(seed).digest(size)

    def variables(self, frame: Frame) -> dict[str, Any]:
        """The values of the variables that the frame sees."""
        seen: dict[str, Any] = {}
        while True:
            for name, document in frame.variables.items():
                seen.setdefault(name, document.value)
            if frame.number == ROOT:
                return seen
            frame = self.frames[frame.parent]

    def assign(self, frame: Frame, assigned: dict[str, Document], state: str) -> dict[str, str]:
        """Set variables; their JSON texts. Raises Failed when they are too large."""
        size = sum(document.size() for document in assigned.values())
        variables = frame.variables | assigned
        if size > limits.MAX_VARIABLE_BYTES or (
            sum(document.size() for document in variables.values()) > limits.MAX_VARIABLES_BYTES
        ):
            raise Failed(Failure.too_large(state))
        frame.variables = variables
        return {name: document.text for name, document in assigned.items()}

    def item(self, frame: Frame) -> dict[str, Any] | None:
        """The `Map.Item` of the context object, for a frame in an iteration."""
        while frame.number != ROOT:
            parent = self.frames[frame.parent]
            item = parent.line.states[parent.state].item(self.asides[parent.aside].arguments, frame.index)
            if item is not None:
                return item
            frame = parent
        return None

    def add_aside(self, aside: Aside) -> int:
        """Keep it; its number."""
        number = self.draw()
        self.asides[number] = aside
        self.touch(number)
        return number

    def add_line(self, frame: Frame) -> None:
        """A line begins below another; it gets its number."""
        frame.number = number = self.draw()
        self.frames[number] = frame
        self._below.setdefault(frame.parent, {})[frame.index] = number
        self.touch(number)

    def add_result(self, result: Result) -> None:
        """A line below another left this."""
        number = self.draw()
        self._results[number] = result
        self._below.setdefault(result.parent, {})[result.index] = number
        self.touch(number)

    def remove_line(self, frame: Frame) -> None:
        """The line is over."""
        del self.frames[frame.number], self._below[frame.parent][frame.index]
        self.touch(frame.number)

    def lines_below(self, frame: Frame) -> list[Frame]:
        """The lines under way below a frame, in the order of their indexes."""
        below = self._below.get(frame.number, {})
        return [self.frames[below[index]] for index in sorted(below) if below[index] in self.frames]

    def results_of(self, frame: Frame) -> list[Document]:
        """What ended well below a frame, in the order of the indexes."""
        below = self._below.get(frame.number, {})
        results = (self._results.get(below[index]) for index in sorted(below))
        return [result.output for result in results if result is not None and result.output is not None]

    def has_below(self, frame: Frame, index: int) -> bool:
        """Whether there is a line or a result with that index below the frame."""
        return index in self._below.get(frame.number, ())

    def succeeded(self, frame: Frame, index: int) -> bool:
        """Whether what has that index below the frame ended well."""
        result = self._results.get(self._below.get(frame.number, {}).get(index, ROOT))
        return result is not None and result.output is not None

    def remove_result(self, frame: Frame, index: int) -> None:
        """What has that index below the frame is not over yet."""
        number = self._below.get(frame.number, {}).pop(index, None)
        if number is not None:
            del self._results[number]
            self.touch(number)

    def forget(self, frame: Frame) -> None:
        """The frame leaves its state or begins it anew: what belonged to it there goes."""
        if frame.notes:
            frame.notes = {}
        if not frame.aside:
            return
        self.asides.pop(frame.aside)
        self.touch(frame.aside)
        frame.aside = 0
        for number in self._below.pop(frame.number, {}).values():
            self.touch(number)
            if self._results.pop(number, None) is None:
                self.forget(self.frames.pop(number))

    def end(self, status: Status) -> None:
        """The execution is over. What a redrive needs stays if it was no success."""
        self.status = status
        self.ready.clear()
        if status == "SUCCEEDED":
            del self.frames[ROOT]
