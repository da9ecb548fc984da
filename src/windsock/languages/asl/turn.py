"""One turn of a run: from a happening to where everything waits again, or the turn has lasted long enough.

States decide through it: it writes the history, moves frames from state to state, retries and catches, starts
and ends lines, and gives out commands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl import limits
from windsock.languages.asl.commands import CancelTimers, Command, EndExecution, SetTimer, Status
from windsock.languages.asl.context import instant
from windsock.languages.asl.document import Document
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import StatesError
from windsock.languages.asl.failures import QUERY_EVALUATION, Failed, Failure, failure_in_state
from windsock.languages.asl.flows.flow import Assigned
from windsock.languages.asl.frames import ROOT, Aside, Frame, Result
from windsock.languages.asl.happenings import Happening, TimerFired, TimerPurpose
from windsock.languages.asl.lines import Line, State

if TYPE_CHECKING:
    from windsock.languages.asl.run import HistoryEvent, Run

RETRY: Final = "retry"
LINES: Final = "lines"
STOPPED: Final = "stopped"
"""What a frame can wait for in any state: to try again, for lines below it, for a redrive."""

WHOLE: Final = {"truncated": False}
"""The details of an input or output that the history shows whole."""

_LAST: Final = frozenset({"ExecutionFailed", "ExecutionSucceeded", "ExecutionAborted", "ExecutionTimedOut"})


class HistoryFull(Exception):
    """The history has no room for another event but the last."""


class Turn:
    """The hands of a run for the length of one turn. `events` and `commands` are what came of it, in
    order."""

    __slots__ = ("_left", "_run", "commands", "events", "facts", "now_ms", "region")

    def __init__(self, run: Run, now_ms: int, most: int) -> None:
        self._run = run
        self._left = most
        self.facts = run.facts
        self.region = run.region
        self.now_ms = now_ms
        self.events: list[HistoryEvent] = []
        self.commands: list[Command] = []

    # The course of a turn.

    def begin(self) -> None:
        """The execution starts."""
        root = self._run.frames[ROOT]
        details = {"input": root.input.text, "inputDetails": WHOLE, "roleArn": self.facts.role_arn}
        self.emit(root, "ExecutionStarted", "executionStartedEventDetails", details, chained=False)
        self.go_on(root)

    def deliver(self, frame: Frame, happening: Happening) -> None:
        """What the frame waits for has happened."""
        self._run.touch(frame.number)
        state = frame.line.states[frame.state]
        if isinstance(happening, TimerFired) and happening.purpose == RETRY:
            if frame.waiting == RETRY:
                frame.waiting = ""
                frame.timers = False
                self.attempt(frame, state.enter)
        else:
            self.attempt(frame, state.resume, happening)
        self.go_on(frame)

    def redrive(self) -> None:
        """The execution ended without success, and goes on where it failed."""
        root = self._run.frames[ROOT]
        root.previous = self._run.events
        details = {"redriveCount": self.facts.redrive_count}
        self.emit(root, "ExecutionRedriven", "executionRedrivenEventDetails", details)
        self._redrive(root, root.previous)

    def _redrive(self, frame: Frame, previous: int) -> None:
        self._run.touch(frame.number)
        frame.previous = previous
        lines = self._run.lines_below(frame)
        if lines:
            frame.waiting = LINES
            for line in lines:
                self._redrive(line, previous)
            return
        frame.waiting = ""
        frame.retries = None
        if frame.entered:
            frame.entered_ms = self.now_ms
            self.attempt(frame, frame.line.states[frame.state].redrive)
        self.go_on(frame)

    def forget(self, frame: Frame) -> None:
        """What belonged to the frame in its state goes: the state begins anew."""
        self._run.forget(frame)

    def work(self) -> None:
        """Let every frame that can go on do so, while the turn lasts."""
        run = self._run
        while run.ready and self._left > 0:
            frame = run.frames.get(run.ready.popleft())
            if frame is None:
                continue
            if frame.waiting:
                run.touch(frame.number)
                self.attempt(frame, frame.line.states[frame.state].proceed)
            self._walk(frame)

    def spend(self) -> bool:
        """Whether the turn still lasts, for one thing more to be done."""
        self._left -= 1
        return self._left >= 0

    def proceed_later(self, frame: Frame) -> None:
        """The frame's state has more to do while it waits; it is asked to `proceed` first in the next
        turn."""
        self._run.ready.appendleft(frame.number)

    def go_on(self, frame: Frame) -> None:
        """The frame can go on, if it waits for nothing."""
        if not frame.waiting and frame.number in self._run.frames:
            self._run.ready.append(frame.number)

    def _walk(self, frame: Frame) -> None:
        run = self._run
        run.touch(frame.number)
        while not frame.waiting and frame.number in run.frames:
            if self._left <= 0:
                run.ready.appendleft(frame.number)
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
        except StatesError as error:
            self.fail(frame, self._failure(frame, error))
        except Failed as error:
            self.fail(frame, error.failure)

    def _failure(self, frame: Frame, error: StatesError) -> Failure:
        failure = failure_in_state(error, frame.state, frame.entered)
        if error.error == QUERY_EVALUATION:
            details = {"error": failure.error, "cause": failure.cause, "state": frame.state}
            if error.location is not None:
                details["location"] = error.location
            if frame.previous == frame.entered:
                frame.previous = frame.entered_after
            self.emit(frame, "EvaluationFailed", "evaluationFailedEventDetails", details)
        return failure

    # What expressions see.

    def environment(self, frame: Frame, *, item: dict[str, Any] | None = None) -> Environment:
        """What expressions of the frame's state see. `item` is the `Map.Item` of the context object."""
        run = self._run
        context = self._context(frame) if self.facts.context is None else dict(self.facts.context)
        item = item or run.item(frame)
        if item is not None:
            context["Map"] = {"Item": item}
        return Environment(self.now_ms, run.entropy, context, run.variables(frame))

    def _context(self, frame: Frame) -> dict[str, Any]:
        run = self._run
        state = frame.line.states[frame.state]
        told: dict[str, Any] = {"Name": state.name, "EnteredTime": instant(frame.entered_ms)}
        if state.retriable:
            told["RetryCount"] = frame.retry_count
        context = {"Execution": run.execution_context, "StateMachine": run.machine_context, "State": told}
        token = state.token(self, frame)
        if token is not None:
            context["Task"] = {"Token": token}
        return context

    def entropy(self, size: int) -> bytes:
        """Bytes that look like chance and are the same whenever this execution comes here."""
        return self._run.entropy(size)

    def chance(self) -> float:
        """A number from 0 to 1, the same whenever this execution comes here."""
        return int.from_bytes(self._run.entropy(6), "big") / ((1 << 48) - 1)

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
        run = self._run
        number = run.events + 1
        if number >= limits.MAX_HISTORY_EVENTS and kind not in _LAST:
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
            details["assignedVariables"] = self._run.assign(frame, assigned, state.name)
            details["assignedVariablesDetails"] = WHOLE
        self.emit(frame, state.exited_type, "stateExitedEventDetails", details)
        self._settle(frame)
        self._run.forget(frame)
        if following is None:
            self.end_line(frame, output)
        else:
            frame.state = following
            frame.input = output
            frame.waiting = ""
            frame.seq = 0
            frame.entered = 0
            frame.retries = None

    def end_line(self, frame: Frame, output: Document) -> None:
        """The line of the frame ended well."""
        if frame.number == ROOT:
            details = {"output": output.text, "outputDetails": WHOLE}
            self.emit(frame, "ExecutionSucceeded", "executionSucceededEventDetails", details)
            self._end("SUCCEEDED", output=output.text)
            return
        parent = self._run.frames[frame.parent]
        self._run.remove_line(frame)
        self._run.touch(parent.number)
        self.attempt(parent, parent.line.states[parent.state].line_ended, frame, output)
        self.go_on(parent)

    def fail(self, frame: Frame, failure: Failure) -> None:
        """The state of the frame failed: try it again, catch that, or let the line fail."""
        self._settle(frame)
        if frame.waiting == LINES:
            self.abort_lines(frame, frame.previous)
        else:
            frame.waiting = ""
        if failure.fatal:
            self.end_failed(frame, failure)
            return
        state = frame.line.states[frame.state]
        if self._retry(frame, state, failure):
            return
        if state.failed_type is not None:
            self.emit(frame, state.failed_type)
        uncaught = self._catch(frame, state, failure)
        if uncaught is not None:
            self.fail_line(frame, uncaught)

    def _retry(self, frame: Frame, state: State, failure: Failure) -> bool:
        for number, retrier in enumerate(state.retriers):
            if retrier.takes(failure):
                counts = frame.retries or [0] * len(state.retriers)
                if counts[number] >= retrier.attempts:
                    return False
                delay = retrier.delay_ms(counts[number], self.chance() if retrier.by_chance else 1)
                counts[number] += 1
                frame.retries = counts
                self._run.forget(frame)
                self.wait(frame, RETRY)
                self.timer(frame, RETRY, self.now_ms + delay)
                return True
        return False

    def _catch(self, frame: Frame, state: State, failure: Failure) -> Failure | None:
        """Catch the failure; what is not caught is given back, be it a failure to catch."""
        for catcher in state.catchers:
            if catcher.takes(failure):
                try:
                    output, assigned = catcher.handle(self, frame, failure)
                    self.leave(frame, state, catcher.following, output, assigned)
                except StatesError as error:
                    return self._failure(frame, error)
                except Failed as error:
                    return error.failure
                return None
        return failure

    def fail_line(self, frame: Frame, failure: Failure) -> None:
        """The line of the frame fails."""
        if frame.number == ROOT or failure.fatal:
            self.end_failed(frame, failure)
            return
        frame.waiting = STOPPED
        frame.seq = 0
        parent = self._run.frames[frame.parent]
        self._run.touch(parent.number)
        parent.previous = frame.previous
        self.attempt(parent, self._line_failed, frame, failure)
        self.go_on(parent)

    @staticmethod
    def _line_failed(turn: Turn, frame: Frame, line: Frame, failure: Failure) -> None:
        frame.line.states[frame.state].line_failed(turn, line)
        turn.abort_lines(frame, line.previous, line)
        turn.fail(frame, failure)

    # Waiting.

    def wait(self, frame: Frame, what: str) -> int:
        """The frame waits; the number of the wait."""
        frame.waiting = what
        frame.seq = self._run.draw()
        return frame.seq

    def timer(self, frame: Frame, purpose: TimerPurpose, due_ms: int) -> None:
        """Have the frame told when the time has come."""
        frame.timers = True
        self.commands.append(SetTimer(frame.number, frame.seq, purpose, due_ms))

    def _settle(self, frame: Frame) -> None:
        """The frame waits no longer for what it waited for."""
        if frame.timers:
            frame.timers = False
            self.commands.append(CancelTimers(frame.number))

    # Lines below.

    def wait_for_lines(self, frame: Frame, arguments: Document) -> None:
        """The frame waits for lines below it, which are about `arguments`."""
        self.put_aside(frame, arguments)
        frame.waiting = LINES

    def put_aside(self, frame: Frame, arguments: Document) -> None:
        """Keep apart what does not change while the frame is busy with many things, and what those are
        about."""
        frame.aside = self._run.add_aside(Aside(frame.input, frame.variables, arguments))

    def aside(self, frame: Frame) -> Document:
        """What the lines below the frame are about."""
        return self._run.asides[frame.aside].arguments

    def start_line(self, frame: Frame, line: Line, index: int, document: Document, previous: int) -> None:
        """Start a line below the frame, after the event `previous`; it goes on when its turn comes."""
        child = Frame(0, frame.number, index, line, line.start, document, previous)
        self._run.add_line(child)
        self._run.ready.append(child.number)

    def drop_result(self, frame: Frame, index: int) -> None:
        """A child below the frame is run again."""
        self._run.remove_result(frame, index)

    def succeeded(self, frame: Frame, index: int) -> bool:
        """Whether the line or child below the frame ended well."""
        return self._run.succeeded(frame, index)

    def keep_result(self, frame: Frame, index: int, output: Document | None) -> None:
        """Keep what a line or child below the frame gave; None for nothing, as it failed."""
        self._run.add_result(Result(frame.number, index, output))

    def has_result(self, frame: Frame, index: int) -> bool:
        """Whether that was kept."""
        return self._run.has_below(frame, index)

    def results(self, frame: Frame) -> list[Document]:
        """What the lines below the frame gave, in order."""
        return self._run.results_of(frame)

    def abort_lines(self, frame: Frame, previous: int, failed: Frame | None = None) -> None:
        """Give up what goes on below the frame. The events of that follow `previous`; `failed` is the line to
        blame.

        As recorded at AWS: every line is told of, then the state it was in, and the state of the failed line
        too.
        """
        state = frame.line.states[frame.state]
        for line in self._run.lines_below(frame):
            if line is failed:
                if line.line.states[line.state].failed_type is None:
                    self._tell_aborted(line, previous)
            elif line.waiting != STOPPED:
                line.previous = previous
                state.line_aborted(self, line)
                if line.waiting == LINES:
                    self.abort_lines(line, previous)
                self._stop(line)
                self._tell_aborted(line, previous)

    def _tell_aborted(self, frame: Frame, previous: int) -> None:
        state = frame.line.states[frame.state]
        if state.aborted_type is not None and frame.entered:
            frame.previous = previous
            self.emit(frame, state.aborted_type, chained=False)

    def _stop(self, frame: Frame) -> None:
        """Take back whatever the frame waits for."""
        self._run.touch(frame.number)
        self._settle(frame)
        if frame.waiting not in ("", RETRY, LINES, STOPPED):
            frame.line.states[frame.state].abort(self, frame)
        frame.waiting = STOPPED
        frame.seq = 0

    # The end.

    def end_failed(self, frame: Frame, failure: Failure) -> None:
        """The execution fails."""
        self.emit(frame, "ExecutionFailed", "executionFailedEventDetails", failure.told())
        self._end("FAILED", error=failure.error, cause=failure.cause)

    def end_from_outside(self, status: Status, error: str | None, cause: str | None) -> None:
        """The execution was stopped, or took too long."""
        root = self._run.frames[ROOT]
        root.previous = 0  # AWS lets this event follow none.
        name = "Aborted" if status == "ABORTED" else "TimedOut"
        told = Failure.named(error, cause).told()
        self.emit(root, f"Execution{name}", f"execution{name}EventDetails", told)
        self._end(status, error=error, cause=cause)

    def end_full(self) -> None:
        """The history is full."""
        root = self._run.frames[ROOT]
        root.previous = self._run.events
        cause = f"The execution reached the maximum number of history events ({limits.MAX_HISTORY_EVENTS})."
        self.end_failed(root, Failure.named("States.Runtime", cause))

    def _end(
        self, status: Status, output: str | None = None, error: str | None = None, cause: str | None = None
    ) -> None:
        if status != "SUCCEEDED":
            for frame in list(self._run.frames.values()):
                self._stop(frame)
        self._run.end(status)
        self.commands.append(EndExecution(status, output, error, cause))
