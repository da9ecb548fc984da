"""What a failure does: it is tried again, caught, or fails the line, and then what the line is part of.

Source: "Handling errors in Step Functions workflows"
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.languages.asl import ending
from windsock.languages.asl.errors import StatesError
from windsock.languages.asl.failures import QUERY_EVALUATION, Failed, Failure, failure_in_state
from windsock.languages.asl.frames import LINES, RETRY, ROOT, STOPPED, Frame
from windsock.languages.asl.lines import State

if TYPE_CHECKING:
    from windsock.languages.asl.turn import Turn


def fail(turn: Turn, frame: Frame, error: StatesError | Failed) -> None:
    """The state of the frame fails."""
    _fail(turn, frame, _failure(turn, frame, error))


def _failure(turn: Turn, frame: Frame, error: StatesError | Failed) -> Failure:
    """What failed; the history tells at once of an expression in JSONata."""
    if isinstance(error, Failed):
        return error.failure
    failure = failure_in_state(error, frame.state, frame.entered)
    if error.error == QUERY_EVALUATION:
        details = failure.told() | {"state": frame.state}
        if error.location is not None:
            details["location"] = error.location
        if frame.previous == frame.entered:
            frame.previous = frame.entered_after
        turn.emit(frame, "EvaluationFailed", "evaluationFailedEventDetails", details)
    return failure


def _fail(turn: Turn, frame: Frame, failure: Failure) -> None:
    turn.settle(frame)
    if failure.fatal:
        ending.end_failed(turn, frame, failure)
        return
    if frame.waiting == LINES:
        abort_lines(turn, frame, frame.previous)
    frame.waiting = ""
    state = frame.line.states[frame.state]
    if _retry(turn, frame, state, failure):
        return
    if state.failed_type is not None:
        turn.emit(frame, state.failed_type)
    uncaught = _catch(turn, frame, state, failure)
    if uncaught is not None:
        _fail_line(turn, frame, uncaught)


def _retry(turn: Turn, frame: Frame, state: State, failure: Failure) -> bool:
    for number, retrier in enumerate(state.retriers):
        if retrier.takes(failure):
            counts = frame.retries or [0] * len(state.retriers)
            if counts[number] >= retrier.attempts:
                return False
            delay = retrier.delay_ms(counts[number], turn.chance() if retrier.by_chance else 1)
            counts[number] += 1
            frame.retries = counts
            turn.tree.forget(frame)
            turn.wait(frame, RETRY)
            turn.timer(frame, RETRY, turn.now_ms + delay)
            return True
    return False


def _catch(turn: Turn, frame: Frame, state: State, failure: Failure) -> Failure | None:
    """Catch the failure; what is not caught is given back, be it a failure to catch."""
    for catcher in state.catchers:
        if catcher.takes(failure):
            try:
                output, assigned = catcher.handle(turn, frame, failure)
                turn.leave(frame, state, catcher.following, output, assigned)
            except (StatesError, Failed) as error:
                return _failure(turn, frame, error)
            return None
    return failure


def _fail_line(turn: Turn, frame: Frame, failure: Failure) -> None:
    """The line of the frame fails, and so does the state that it is a part of."""
    if frame.number == ROOT or failure.fatal:
        ending.end_failed(turn, frame, failure)
        return
    frame.waiting, frame.seq = STOPPED, 0
    parent = turn.tree.frames[frame.parent]
    turn.tree.touch(parent.number)
    parent.previous = frame.previous
    parent.line.states[parent.state].line_failed(turn, frame)
    abort_lines(turn, parent, frame.previous, frame)
    _fail(turn, parent, failure)
    turn.go_on(parent)


def abort_lines(turn: Turn, frame: Frame, previous: int, failed: Frame | None = None) -> None:
    """Give up what goes on below the frame. The events of that follow `previous`; `failed` is the line to
    blame.

    As recorded at AWS: every line is told of, then the state it was in, and the state of the failed line too.
    """
    state = frame.line.states[frame.state]
    for line in turn.tree.lines(frame):
        if line is failed:
            if line.line.states[line.state].failed_type is None:
                _tell_aborted(turn, line, previous)
        elif line.waiting != STOPPED:
            line.previous = previous
            state.line_aborted(turn, line)
            if line.waiting == LINES:
                abort_lines(turn, line, previous)
            ending.stop(turn, line)
            _tell_aborted(turn, line, previous)


def _tell_aborted(turn: Turn, frame: Frame, previous: int) -> None:
    state = frame.line.states[frame.state]
    if state.aborted_type is not None and frame.entered:
        frame.previous = previous
        turn.emit(frame, state.aborted_type, chained=False)
