"""Timers: rows that say when something happens. Each due instant fires once.

Firing a timer removes its row and runs its kind's `fire` in one transaction, so what it leads to
(tasks, the next timer) is there exactly when the row is gone. Only the earliest instant is kept in
memory: a hundred thousand waiting timers cost nothing but their rows.

A timer whose `fire` fails (a defect, or a kind that only a later windsock has) is put off and holds up
no other.
"""

from __future__ import annotations

import asyncio
import functools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
import sqlalchemy as sa

from windsock.engine.tables import timers as table
from windsock.kernel.discovery import mark
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.engine.rooms import Rooms

log = Log(__name__)

_SET = Statement(upsert(table, "due_ms", "payload"))
_OF = sa.and_(
    table.c.account == sa.bindparam("of_account"),
    table.c.region == sa.bindparam("of_region"),
    table.c.kind == sa.bindparam("of_kind"),
    table.c.key == sa.bindparam("of_key"),
)
_CANCEL = Statement(sa.delete(table).where(_OF))
_DUE_STILL = sa.and_(_OF, table.c.due_ms == sa.bindparam("of_due_ms"))
_TAKE = Statement(sa.delete(table).where(_DUE_STILL))
_PUT_OFF = Statement(sa.update(table).where(_DUE_STILL).values(due_ms=sa.bindparam("until_ms")))
_CANCEL_BELOW = Statement(
    sa.delete(table).where(
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.kind == sa.bindparam("of_kind"),
        table.c.key >= sa.bindparam("from_key"),
        table.c.key < sa.bindparam("to_key"),
    )
)
_DUE = Statement(
    sa.select(table)
    .where(table.c.due_ms <= sa.bindparam("now"))
    .order_by(table.c.due_ms)
    .limit(sa.bindparam("most"))
)
_EARLIEST = Statement(sa.select(sa.func.min(table.c.due_ms)))

# How many timers fire in one transaction, so that a crowd of them does not hold up requests.
_AT_ONCE = 100
# How long one that failed is put off.
_PUT_OFF_MS = 60_000


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens at `due_ms`; `kind` says what, `key` which one, `payload` is JSON."""

    scope: Scope
    kind: str
    key: str
    due_ms: int
    payload: bytes

    def data(self) -> Any:
        """The payload, decoded."""
        return orjson.loads(self.payload)


class TimerKind(ABC):
    """What one kind of timer does."""

    name: ClassVar[str]

    @abstractmethod
    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        """Do it, in the transaction that removed the timer. May set the next one."""


@dataclass(frozen=True, slots=True)
class TimerKindMarker:
    """Set on a class by `timer_kind`."""


def timer_kind(kind: type[TimerKind]) -> type[TimerKind]:
    """Register a kind of timer."""
    mark(kind, TimerKindMarker())
    return kind


class Timers:
    """The timers of a store."""

    def __init__(self, engine: Engine, rooms: Rooms) -> None:
        self._engine = engine
        self._rooms = rooms
        self._next: int | None = None
        self._changed = asyncio.Event()
        self._firing = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None

    def set(
        self, tx: Transaction, scope: Scope, kind: str, key: str, due_ms: int, payload: bytes = b"{}"
    ) -> None:
        """Set a timer, in place of the one with the same kind and key if there is one."""
        tx.execute(
            _SET,
            {
                "account": scope.account,
                "region": scope.region,
                "kind": kind,
                "key": key,
                "due_ms": due_ms,
                "payload": payload,
            },
        )
        tx.after_commit(lambda: self._expect(due_ms))

    def cancel(self, tx: Transaction, scope: Scope, kind: str, key: str) -> None:
        """Remove a timer; one that is not there is no error."""
        tx.execute(
            _CANCEL, {"of_account": scope.account, "of_region": scope.region, "of_kind": kind, "of_key": key}
        )

    def cancel_below(self, tx: Transaction, scope: Scope, kind: str, prefix: str) -> None:
        """Remove the timers whose keys begin with `prefix:`."""
        tx.execute(
            _CANCEL_BELOW,
            {
                "of_account": scope.account,
                "of_region": scope.region,
                "of_kind": kind,
                "from_key": f"{prefix}:",
                "to_key": f"{prefix};",  # the character after the colon
            },
        )

    async def start(self) -> None:
        """Begin to fire; what fell due while windsock was down fires now."""
        self._next = self._engine.store.read(lambda tx: tx.scalar(_EARLIEST))
        self._loop = asyncio.create_task(self._fire_by_clock(), name="timers")

    async def stop(self) -> None:
        """Stop firing."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def next_due(self) -> int | None:
        """The earliest instant at which a timer is due."""
        return self._next

    async def fire_due(self) -> int:
        """Fire every timer that is due now, in the order of their instants; how many fired."""
        fired = 0
        async with self._firing:
            while self._next is not None and self._next <= self._engine.clock.now_ms():
                with self._engine.activity.busy():
                    fired += await self._fire_together()
                    self._next = self._engine.store.read(lambda tx: tx.scalar(_EARLIEST))
        return fired

    async def _fire_together(self) -> int:
        """Fire the earliest timers in one transaction; if that fails, one by one, which tells by whom."""
        try:
            return await self._engine.store.write(lambda tx: self._fire(tx, _AT_ONCE))
        except Exception:
            log.warning("timers that are due together could not be fired; firing each by itself")
        fired = 0
        for timer in self._engine.store.read(lambda tx: self._due(tx, _AT_ONCE)):
            try:
                fired += await self._engine.store.write(functools.partial(self._fire_one, timer=timer))
            except Exception:
                log.exception("a timer failed and is put off", kind=timer.kind, key=timer.key)
                await self._put_off(timer)
        return fired

    def _expect(self, due_ms: int) -> None:
        if self._next is None or due_ms < self._next:
            self._next = due_ms
            self._changed.set()

    def _due(self, tx: Snapshot, most: int) -> list[Timer]:
        rows = tx.rows(_DUE, {"now": self._engine.clock.now_ms(), "most": most})
        return [
            Timer(Scope(row.account, row.region), row.kind, row.key, row.due_ms, row.payload) for row in rows
        ]

    def _fire(self, tx: Transaction, most: int) -> int:
        return sum([self._fire_one(tx, timer) for timer in self._due(tx, most)])

    def _fire_one(self, tx: Transaction, timer: Timer) -> bool:
        """Fire a timer, unless one that fired before it has cancelled or moved it."""
        if not tx.execute(_TAKE, _key_of(timer)):
            return False
        self._rooms.timer_kind(timer.kind).fire(self._engine, tx, timer)
        return True

    async def _put_off(self, timer: Timer) -> None:
        until = {"until_ms": self._engine.clock.now_ms() + _PUT_OFF_MS}
        await self._engine.store.write(lambda tx: tx.execute(_PUT_OFF, _key_of(timer) | until))

    async def _fire_by_clock(self) -> None:
        while True:
            self._changed.clear()
            await self._engine.clock.wait(self._changed, self._next)
            try:
                await self.fire_due()
            except Exception:
                log.exception("timers could not be fired; trying again in a second")
                await self._engine.clock.wait(asyncio.Event(), self._engine.clock.now_ms() + 1000)


def _key_of(timer: Timer) -> dict[str, Any]:
    return {
        "of_account": timer.scope.account,
        "of_region": timer.scope.region,
        "of_kind": timer.kind,
        "of_key": timer.key,
        "of_due_ms": timer.due_ms,
    }
