"""Removing from the disk what nobody can see any more: expired events, deleted groups and streams.

A timer removes a bounded number of rows in its transaction and, while there are more, is set anew
for the same instant: requests and other timers get their turn between the bits.
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.logs.expiry import kept_since
from windsock.services.logs.limits import SWEEP_EVERY_MS, SWEPT_ROWS
from windsock.services.logs.lookups import find_group
from windsock.services.logs.tables import events, groups, streams
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

_IN_GROUP = (
    *in_scope(events),
    events.c.group_id == sa.bindparam("of_group"),
)
_IN_STREAM = (*_IN_GROUP, events.c.stream_id == sa.bindparam("of_stream"))
_POSITION = sa.tuple_(events.c.time_ms, events.c.seq)


def _oldest(where: tuple[Any, ...]) -> Statement:
    """The oldest events, as many as are removed at once."""
    return Statement(
        sa.select(events.c.time_ms, events.c.seq, events.c.size)
        .where(*where)
        .order_by(events.c.time_ms, events.c.seq)
        .limit(SWEPT_ROWS)
    )


def _remove(where: tuple[Any, ...]) -> Statement:
    last = sa.tuple_(sa.bindparam("last_time"), sa.bindparam("last_seq"))
    return Statement(sa.delete(events).where(*where, last >= _POSITION))


_OLDEST_EXPIRED = _oldest((*_IN_GROUP, events.c.time_ms < sa.bindparam("since")))
_OLDEST_OF_GROUP = _oldest(_IN_GROUP)
_OLDEST_OF_STREAM = _oldest(_IN_STREAM)
_REMOVE_OF_GROUP = _remove(_IN_GROUP)
_REMOVE_OF_STREAM = _remove(_IN_STREAM)

_STREAM_OF_GROUP = (
    *in_scope(streams),
    streams.c.group_id == sa.bindparam("of_group"),
)
_FIRST_STREAMS = Statement(
    sa.select(streams.c.name).where(*_STREAM_OF_GROUP).order_by(streams.c.name).limit(SWEPT_ROWS)
)
_REMOVE_STREAMS = Statement(
    sa.delete(streams).where(*_STREAM_OF_GROUP, streams.c.name <= sa.bindparam("last_name"))
)
_STORED_LESS = Statement(
    sa.update(groups)
    .where(
        *in_scope(groups),
        groups.c.id == sa.bindparam("of_group"),
        groups.c.name == sa.bindparam("of_name"),
    )
    .values(stored_bytes=groups.c.stored_bytes - sa.bindparam("less"))
)


def start_expiring(engine: Engine, tx: Transaction, scope: Scope, group_name: str) -> None:
    """Sweep the expired events of a group every day from now on."""
    due = engine.clock.now_ms() + SWEEP_EVERY_MS
    engine.timers.set(tx, scope, ExpireEvents.name, group_name, due)


def stop_expiring(engine: Engine, tx: Transaction, scope: Scope, group_name: str) -> None:
    """Sweep the expired events of a group no longer."""
    engine.timers.cancel(tx, scope, ExpireEvents.name, group_name)


def remove_group(engine: Engine, tx: Transaction, scope: Scope, group_id: int) -> None:
    """Remove the streams and events of a group that was deleted."""
    engine.timers.set(tx, scope, RemoveGroup.name, str(group_id), engine.clock.now_ms())


def remove_stream(engine: Engine, tx: Transaction, scope: Scope, group: Row, stream_id: int) -> None:
    """Remove the events of a stream that was deleted from `group`."""
    payload = orjson.dumps({"group": group.id, "group_name": group.name, "stream": stream_id})
    engine.timers.set(tx, scope, RemoveStream.name, str(stream_id), engine.clock.now_ms(), payload)


@timer_kind
class ExpireEvents(TimerKind):
    """Removes a group's events that are older than its retention; the key is the group's name."""

    name = "logs.expire"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        group = find_group(tx, timer.scope, timer.key)
        if group is None or group.retention_days is None:
            return
        now = engine.clock.now_ms()
        which = {**timer.scope.columns, "of_group": group.id}
        expired = {**which, "since": kept_since(group.retention_days, now)}
        old = _remove_oldest(tx, expired, _OLDEST_EXPIRED, _REMOVE_OF_GROUP)
        _store_less(tx, which, group.name, old)
        due = now if len(old) == SWEPT_ROWS else now + SWEEP_EVERY_MS
        engine.timers.set(tx, timer.scope, self.name, timer.key, due)


@timer_kind
class RemoveGroup(TimerKind):
    """Removes the streams, then the events of a deleted group; the key is the group's number."""

    name = "logs.remove_group"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        which = {**timer.scope.columns, "of_group": int(timer.key)}
        names = tx.rows(_FIRST_STREAMS, which)
        if names:
            tx.execute(_REMOVE_STREAMS, {**which, "last_name": names[-1].name})
        elif len(_remove_oldest(tx, which, _OLDEST_OF_GROUP, _REMOVE_OF_GROUP)) < SWEPT_ROWS:
            return
        engine.timers.set(tx, timer.scope, self.name, timer.key, engine.clock.now_ms())


@timer_kind
class RemoveStream(TimerKind):
    """Removes the events of a deleted stream; the key is the stream's number."""

    name = "logs.remove_stream"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        stream = timer.data()
        which = {**timer.scope.columns, "of_group": stream["group"]}
        old = _remove_oldest(
            tx, {**which, "of_stream": stream["stream"]}, _OLDEST_OF_STREAM, _REMOVE_OF_STREAM
        )
        _store_less(tx, which, stream["group_name"], old)
        if len(old) == SWEPT_ROWS:
            now = engine.clock.now_ms()
            engine.timers.set(tx, timer.scope, self.name, timer.key, now, timer.payload)


def _remove_oldest(tx: Transaction, which: dict[str, Any], oldest: Statement, remove: Statement) -> list[Row]:
    """Remove the oldest events, SWEPT_ROWS at most; what was removed."""
    old = tx.rows(oldest, which)
    if old:
        last = old[-1]
        values = {**which, "last_time": last.time_ms, "last_seq": last.seq}
        values.pop("since", None)
        tx.execute(remove, values)
    return old


def _store_less(tx: Transaction, which: dict[str, Any], group_name: str, removed: list[Row]) -> None:
    if removed:
        less = sum(event.size for event in removed)
        tx.execute(_STORED_LESS, {**which, "of_name": group_name, "less": less})
