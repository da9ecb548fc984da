"""Instants that executions wait for: waits, retries, timeouts and heartbeats. Each is an engine timer.

The one without a payload is the end of the time that the whole execution may take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.languages.asl.commands import CancelTimers, SetTimer
from windsock.languages.asl.happenings import TimedOut, TimerFired
from windsock.services.stepfunctions.turns import TIMER, Turn, Workflows, performs
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@performs(SetTimer)
def set_timer(turn: Turn, command: SetTimer) -> None:
    """Have the execution told when the instant has come."""
    key = f"{turn.execution.id}:{command.frame}:{command.purpose}"
    payload = orjson.dumps([command.frame, command.seq, command.purpose])
    turn.engine.timers.set(turn.tx, turn.scope, TIMER, key, command.due_ms, payload)
    turn.leaves_rows = True


@performs(CancelTimers)
def cancel_timers(turn: Turn, command: CancelTimers) -> None:
    """Forget the instants of a frame."""
    turn.engine.timers.cancel_below(turn.tx, turn.scope, TIMER, f"{turn.execution.id}:{command.frame}")


def cancel_all_timers(turn: Turn) -> None:
    """Forget all instants of an execution that is over."""
    turn.engine.timers.cancel_below(turn.tx, turn.scope, TIMER, turn.execution.id)


@timer_kind
class ExecutionTimer(TimerKind):
    """An instant that an execution waits for."""

    name = TIMER

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        waits_for = timer.data()
        happening = TimerFired(*waits_for) if waits_for else TimedOut()
        engine.part(Workflows).tell(tx, timer.scope, timer.key.partition(":")[0], happening)
