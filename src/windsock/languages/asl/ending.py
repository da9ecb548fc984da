"""How an execution ends, and how it goes on when it is redriven.

Source: "Restarting state machine executions with redrive in Step Functions"
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from windsock.languages.asl.commands import EndExecution, Status
from windsock.languages.asl.failures import RUNTIME, Failure
from windsock.languages.asl.frames import LINES, REDRIVEN, RETRY, ROOT, STOPPED, Frame

if TYPE_CHECKING:
    from windsock.languages.asl.document import Document
    from windsock.languages.asl.turn import Turn

_WITHOUT_THE_STATE: Final = frozenset({"", RETRY, LINES, STOPPED, REDRIVEN})
"""What a frame waits for without anything that its state asked for."""


def end_well(turn: Turn, output: Document) -> None:
    """The execution succeeds."""
    details = {"output": output.text, "outputDetails": {"truncated": False}}
    turn.emit(turn.tree.frames[ROOT], "ExecutionSucceeded", "executionSucceededEventDetails", details)
    turn.run.end("SUCCEEDED")
    turn.commands.append(EndExecution("SUCCEEDED", output.text))


def end_failed(turn: Turn, frame: Frame, failure: Failure) -> None:
    """The execution fails, for what happened in the frame."""
    turn.emit(frame, "ExecutionFailed", "executionFailedEventDetails", failure.told())
    _end(turn, "FAILED", failure)


def end_from_outside(turn: Turn, status: Status, error: str | None, cause: str | None) -> None:
    """The execution was stopped, or took too long."""
    root, failure = turn.tree.frames[ROOT], Failure.named(error, cause)
    root.previous = 0  # At AWS this event follows none.
    name = "Aborted" if status == "ABORTED" else "TimedOut"
    turn.emit(root, f"Execution{name}", f"execution{name}EventDetails", failure.told())
    _end(turn, status, failure)


def end_full(turn: Turn) -> None:
    """The history is full."""
    root = turn.tree.frames[ROOT]
    root.previous = turn.run.events
    cause = f"The execution reached the maximum number of history events ({turn.facts.most_events})."
    end_failed(turn, root, Failure.named(RUNTIME, cause))


def _end(turn: Turn, status: Status, failure: Failure) -> None:
    for frame in turn.tree.frames.values():
        stop(turn, frame)
    turn.run.end(status)
    turn.commands.append(EndExecution(status, None, failure.error, failure.cause))


def stop(turn: Turn, frame: Frame) -> None:
    """Take back whatever the frame waits for; it can be redriven."""
    turn.tree.touch(frame.number)
    turn.settle(frame)
    if frame.waiting not in _WITHOUT_THE_STATE:
        frame.line.states[frame.state].abort(turn, frame)
    frame.waiting, frame.seq = STOPPED, 0


def redrive(turn: Turn) -> None:
    """The execution ended without success, and goes on where it failed."""
    root = turn.tree.frames[ROOT]
    root.previous = turn.run.events
    details = {"redriveCount": turn.facts.redrive_count}
    turn.emit(root, "ExecutionRedriven", "executionRedrivenEventDetails", details)
    _redrive(turn, root, root.previous)


def _redrive(turn: Turn, frame: Frame, previous: int) -> None:
    turn.tree.touch(frame.number)
    frame.previous = previous
    lines = turn.tree.lines(frame)
    if lines:
        frame.waiting = LINES
        for line in lines:
            _redrive(turn, line, previous)
        return
    frame.retries = None
    frame.waiting = REDRIVEN if frame.entered else ""
    turn.run.ready.append(frame.number)
