"""One turn of a run: from a happening to where everything waits again, or the turn has lasted long enough.

States decide through it: it writes the history, moves frames from state to state, starts lines, sets timers
and gives out commands. What becomes of failures is in `failing`, how an execution ends in `ending`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl import ending, failing, limits
from windsock.languages.asl.commands import CancelTimers, Command, SetTimer
from windsock.languages.asl.context import instant
from windsock.languages.asl.document import Document
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import StatesError
from windsock.languages.asl.failures import Failed, Failure
from windsock.languages.asl.flows.flow import Assigned
from windsock.languages.asl.frames import LINES, REDRIVEN, RETRY, ROOT, Frame
from windsock.languages.asl.happenings import Happening, TimerFired, TimerPurpose
from windsock.languages.asl.lines import Line, State

if TYPE_CHECKING:
    from windsock.languages.asl.run import HistoryEvent, Run

WHOLE: Final = {"truncated": False}
"""The details of an input or output that the history shows whole."""

_LAST: Final = frozenset({"ExecutionFailed", "ExecutionSucceeded", "ExecutionAborted", "ExecutionTimedOut"})


class HistoryFull(Exception):
    """The history has no room for another event but the last."""


class Turn:
    """The hands of a run for one turn. `events` and `commands` are what came of it, in order."""

    __slots__ = ("_left", "commands", "events", "facts", "now_ms", "run", "tree")

    def __init__(self, run: Run, now_ms: int, most: int) -> None:
        self._left = most
        self.run = run
        self.tree = run.tree
        self.facts = run.facts
        self.now_ms = now_ms
        self.events: list[HistoryEvent] = []
        self.commands: list[Command] = []

    # The course of a turn.

    def begin(self) -> None:
        """The execution starts."""
        root = self.tree.frames[ROOT]
        details = {"input": root.input.text, "inputDetails": WHOLE, "roleArn": self.facts.role_arn}
        self.emit(root, "ExecutionStarted", "executionStartedEventDetails", details, chained=False)
        self.go_on(root)

    def deliver(self, frame: Frame, happening: Happening) -> None:
        """What the frame waits for has happened."""
        self.tree.touch(frame.number)
        state = frame.line.states[frame.state]
        if frame.waiting != RETRY:
            self.attempt(frame, state.resume, happening)
        elif isinstance(happening, TimerFired):
            frame.waiting, frame.timers = "", False
            self.attempt(frame, state.enter)
        self.go_on(frame)

    def work(self) -> None:
        """Let every frame that can go on do so, while the turn lasts."""
        frames, ready = self.tree.frames, self.run.ready
        while ready and self._left > 0:
            frame = frames.get(ready.popleft())
            if frame is None:
                continue
            self.tree.touch(frame.number)
            state = frame.line.states[frame.state]
            if frame.waiting == REDRIVEN:
                frame.waiting, frame.entered_ms = "", self.now_ms
                self.attempt(frame, state.redrive)
            elif frame.waiting:
                self.attempt(frame, state.proceed)
            self._walk(frame)

    def spend(self) -> bool:
        """Whether the turn still lasts, for one thing more to be done."""
        self._left -= 1
        return self._left >= 0

    def proceed_later(self, frame: Frame) -> None:
        """The frame's state has more to do while it waits: it is the first to `proceed` in the next turn."""
        self.run.ready.appendleft(frame.number)

    def go_on(self, frame: Frame) -> None:
        """The frame can go on, if it waits for nothing."""
        if not frame.waiting and frame.number in self.tree.frames:
            self.run.ready.append(frame.number)

    def _walk(self, frame: Frame) -> None:
        """From state to state, until the frame waits, its line ends, or the turn does."""
        frames = self.tree.frames
        while not frame.waiting and frame.number in frames:
            if self._left <= 0:
                self.run.ready.appendleft(frame.number)
                return
            self._left -= 1
            state = frame.line.states[frame.state]
            details = {"name": state.name, "input": frame.input.text, "inputDetails": WHOLE}
            frame.entered_ms = self.now_ms
            frame.entered_after = frame.previous
            frame.entered = self.emit(frame, state.entered_type, "stateEnteredEventDetails", details)
            self.attempt(frame, state.enter)

    def attempt(self, frame: Frame, step: Callable[..., None], *args: Any) -> None:
        """Do a step of the frame's state; the frame fails if that fails."""
        try:
            step(self, frame, *args)
        except (StatesError, Failed) as error:
            failing.fail(self, frame, error)

    # What expressions see.

    def environment(self, frame: Frame, *, item: dict[str, Any] | None = None) -> Environment:
        """What expressions of the frame's state see. `item` is the `Map.Item` of the context object."""
        context = self._context(frame) if self.facts.context is None else dict(self.facts.context)
        item = item or self.tree.item(frame)
        if item is not None:
            context["Map"] = {"Item": item}
        return Environment(self.now_ms, self.run.entropy, context, self.tree.variables(frame))

    def _context(self, frame: Frame) -> dict[str, Any]:
        run, state = self.run, frame.line.states[frame.state]
        told: dict[str, Any] = {"Name": state.name, "EnteredTime": instant(frame.entered_ms)}
        if state.retriable:
            told["RetryCount"] = frame.retry_count
        context = {"Execution": run.execution_context, "StateMachine": run.machine_context, "State": told}
        token = state.token(self, frame)
        if token is not None:
            context["Task"] = {"Token": token}
        return context

    def chance(self) -> float:
        """A number from 0 to 1, the same whenever this execution comes here."""
        return int.from_bytes(self.run.entropy(6), "big") / ((1 << 48) - 1)

    # The history.

    def emit(
        self,
        frame: Frame,
        kind: str,
        member: str | None = None,
        details: dict[str, Any] | None = None,
        *,
        chained: bool = True,
    ) -> int:
        """Write an event that follows the frame's last; the next follows this one if it is `chained`."""
        run = self.run
        number = run.events + 1
        most = self.facts.most_events
        if most is not None and number >= most and kind not in _LAST:
            raise HistoryFull
        run.events = number
        event: HistoryEvent = {
            "id": number,
            "previousEventId": frame.previous,
            "timestamp": self.now_ms,
            "type": kind,
        }
        if member is not None:
            event[member] = details
        self.events.append(event)
        if chained:
            frame.previous = number
        return number

    # Moving on.

    def leave(
        self, frame: Frame, state: State, following: str | None, output: Document, assigned: Assigned = None
    ) -> None:
        """Leave the state for the one that follows (None: the line ends) with an output and new variables."""
        if output is not frame.input and output.size() > limits.MAX_PAYLOAD_BYTES:
            raise Failed(Failure.too_large(state.name))
        details = {"name": state.name, "output": output.text, "outputDetails": WHOLE}
        if assigned:
            frame.assign(assigned)
            details["assignedVariables"] = {name: value.text for name, value in assigned.items()}
            details["assignedVariablesDetails"] = WHOLE
        self.emit(frame, state.exited_type, "stateExitedEventDetails", details)
        self.settle(frame)
        self.tree.forget(frame)
        if following is None:
            self._end_line(frame, output)
        else:
            frame.go_to(following, output)

    def _end_line(self, frame: Frame, output: Document) -> None:
        """The line of the frame ended well."""
        if frame.number == ROOT:
            ending.end_well(self, output)
            return
        parent = self.tree.frames[frame.parent]
        self.tree.remove_line(frame)
        self.tree.touch(parent.number)
        self.attempt(parent, parent.line.states[parent.state].line_ended, frame, output)
        self.go_on(parent)

    # Waiting.

    def wait(self, frame: Frame, what: str) -> int:
        """The frame waits; the number of the wait."""
        frame.waiting = what
        frame.seq = self.tree.draw()
        return frame.seq

    def timer(self, frame: Frame, purpose: TimerPurpose, due_ms: int) -> None:
        """Have the frame told when the time has come."""
        frame.timers = True
        self.commands.append(SetTimer(frame.number, frame.seq, purpose, due_ms))

    def settle(self, frame: Frame) -> None:
        """The frame waits no longer for what it waited for."""
        if frame.timers:
            frame.timers = False
            self.commands.append(CancelTimers(frame.number))

    def wait_for_lines(self, frame: Frame, arguments: Document) -> None:
        """The frame waits for lines below it, which are about `arguments`."""
        self.tree.put_aside(frame, arguments)
        frame.waiting = LINES

    def start_line(self, frame: Frame, line: Line, index: int, document: Document, previous: int) -> None:
        """Start a line below the frame, after the event `previous`; it goes on when its turn comes."""
        child = self.tree.add_line(frame, index, line, document, previous)
        self.run.ready.append(child.number)
