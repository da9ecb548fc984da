"""Forgetting executions, 90 days after they ended, with their histories and what else only they needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions import execution_rows, machine_rows, map_run_rows
from windsock.services.stepfunctions.limits import EXECUTION_KEPT_MS, FORGET_CHUNK
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_KIND: Final = "stepfunctions.retention"
_EVERYWHERE: Final = Scope("", "")
_GO_ON_MS: Final = 50
_PAUSE_MS: Final = 10 * 60 * 1000


class Retention:
    """Knows whether the next look is set already, so that ending an execution does not set it again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_set = False

    def expect(self, tx: Transaction) -> None:
        """An execution ended: in time it will be forgotten."""
        if not self._is_set:
            self._set(tx, self._engine.clock.now_ms())

    def forget(self, tx: Transaction) -> None:
        """Forget some of what is old enough, and come back when more will be."""
        self._is_set = False
        now = self._engine.clock.now_ms()
        rows = execution_rows.stopped_before(tx, now - EXECUTION_KEPT_MS, FORGET_CHUNK)
        for row in rows:
            scope = Scope(row.account, row.region)
            execution_rows.remove(tx, scope, row.id)
            map_run_rows.remove_of_execution(tx, scope, row.id)
        for account, region, machine in {(row.account, row.region, row.machine) for row in rows}:
            machine_rows.remove_unused_revisions(tx, Scope(account, region), machine)
        self._set(tx, now + (_GO_ON_MS if len(rows) == FORGET_CHUNK else _PAUSE_MS))

    def _set(self, tx: Transaction, earliest_ms: int) -> None:
        first = execution_rows.first_stopped(tx)
        if first is not None:
            due_ms = max(first + EXECUTION_KEPT_MS, earliest_ms)
            self._engine.timers.set(tx, _EVERYWHERE, _KIND, "", due_ms)
            tx.after_commit(self._note)

    def _note(self) -> None:
        self._is_set = True


@timer_kind
class Forget(TimerKind):
    """Forgets executions that ended long ago."""

    name = _KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        engine.part(Retention).forget(tx)
