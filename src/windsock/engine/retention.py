"""Rows that are kept for a while: removed in small chunks once they are old, so that nobody waits for it.

A timer stands at the day after the oldest row's last, so that nothing happens while nothing is old.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import sqlalchemy as sa

from windsock.engine.timers import Timer, TimerKind
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_EVERYWHERE: Final = Scope("", "")
_DAY_MS: Final = 86_400_000
_CHUNK_PAUSE_MS: Final = 50


class Retention(TimerKind):
    """Removes rows of the first of `tables` whose column `time` (milliseconds) is `keep_ms` past.

    The other tables hold what belongs to a row of the first: their first three columns are its key. Whoever
    writes a row calls `arm`.
    """

    tables: ClassVar[tuple[sa.Table, ...]]
    time: ClassVar[str] = "time_ms"
    keep_ms: ClassVar[int]

    def __init__(self) -> None:
        rows = self.tables[0]
        key, time = [*rows.primary_key.columns], rows.c[self.time]
        old = (
            sa.select(*key).where(time < sa.bindparam("limit_ms")).order_by(time).limit(sa.bindparam("most"))
        )
        self._oldest = Statement(sa.select(sa.func.min(time)))
        # What belongs to the rows goes first, while the rows still say which it is.
        self._removals = [
            Statement(sa.delete(table).where(sa.tuple_(*[*table.primary_key.columns][: len(key)]).in_(old)))
            for table in reversed(self.tables)
        ]

    def arm(self, engine: Engine, tx: Transaction) -> None:
        """Have rows removed once the oldest is old; nothing while there are none."""
        oldest = tx.scalar(self._oldest)
        if oldest is not None:
            due = ((oldest + self.keep_ms) // _DAY_MS + 1) * _DAY_MS
            engine.timers.set(tx, _EVERYWHERE, self.name, "", due)

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        """Remove a chunk; the next one soon after if there is more."""
        chunk = {"limit_ms": engine.clock.now_ms() - self.keep_ms, "most": RETENTION_CHUNK}
        removed = 0
        for removal in self._removals:
            removed = tx.execute(removal, chunk)
        if removed >= RETENTION_CHUNK:
            engine.timers.set(tx, _EVERYWHERE, self.name, "", engine.clock.now_ms() + _CHUNK_PAUSE_MS)
        else:
            self.arm(engine, tx)
