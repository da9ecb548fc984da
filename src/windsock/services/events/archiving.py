"""What is in archives: events go in as they are accepted and out when they are old enough.

Both happen without anybody waiting for them: an event is archived in the transaction that accepts it, and
timers remove old events, and those of deleted archives, in small chunks.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.clock import to_ms
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope
from windsock.services.events.tables import archived_events as table
from windsock.services.events.tables import archives
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

RETENTION: Final = "events.archive_retention"
REMOVAL: Final = "events.archive_removal"

_DAY_MS: Final = 86_400_000
_SWEEP_PAUSE_MS: Final = 600_000
_CHUNK_PAUSE_MS: Final = 50
_ENVELOPE: Final = b'{"version":'
_DETAIL: Final = b',"detail":'

# What an event counts besides its texts: its time, as in a request, and its account. Ten events recorded at
# AWS, of 133 bytes of source, detail type and detail each, made an archive of 1,590 bytes.
_FIXED_BYTES: Final = 14 + 12

_ARCHIVE = (
    *in_scope(archives),
    archives.c.name == sa.bindparam("of_name"),
)
_FIND = Statement(sa.select(archives).where(*_ARCHIVE))
_GROW = Statement(
    sa.update(archives)
    .where(*_ARCHIVE)
    .values(
        event_count=archives.c.event_count + sa.bindparam("more_events"),
        size_bytes=archives.c.size_bytes + sa.bindparam("more_bytes"),
    )
)
_INSERT = Statement(sa.insert(table))
_IN_ARCHIVE = (
    *in_scope(table),
    table.c.archive == sa.bindparam("of_archive"),
)
_OLDEST = Statement(
    sa.select(table.c.time_ms, table.c.id, table.c.size)
    .where(*_IN_ARCHIVE, table.c.archived_ms <= sa.bindparam("until_ms"))
    .order_by(table.c.archived_ms)
    .limit(sa.bindparam("most"))
)
_OLDEST_MS = Statement(sa.select(sa.func.min(table.c.archived_ms)).where(*_IN_ARCHIVE))
_REMOVE = Statement(
    sa.delete(table).where(
        *_IN_ARCHIVE, table.c.time_ms == sa.bindparam("of_time_ms"), table.c.id == sa.bindparam("of_id")
    )
)


@dataclass(frozen=True, slots=True)
class Archived:
    """An accepted event for the archive of a name; `id` is its row's in the journal."""

    archive: str
    id: str
    event: Mapping[str, Any]
    body: bytes


def find_archive(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of an archive, or None."""
    return tx.row(_FIND, _key(scope, name))


def store(tx: Transaction, scope: Scope, archived: Sequence[Archived], now_ms: int) -> None:
    """Put events into their archives, in the transaction that accepts them."""
    ids = {name: find_archive(tx, scope, name) for name in {each.archive for each in archived}}
    events: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    rows = []
    for each in archived:
        archive = ids[each.archive]
        if archive is None:
            continue
        body = _text(each)
        size = size_of(each.event, body)
        events[each.archive] += 1
        sizes[each.archive] += size
        rows.append(
            {
                **scope.columns,
                "archive": archive.id,
                "time_ms": to_ms(datetime.fromisoformat(each.event["time"])),
                "id": each.id,
                "archived_ms": now_ms,
                "size": size,
                "body": body,
            }
        )
    tx.execute_many(_INSERT, rows)
    for name, count in events.items():
        _grow(tx, scope, name, count, sizes[name])


def size_of(event: Mapping[str, Any], body: bytes) -> int:
    """How many bytes an event counts in an archive; `body` is its JSON text with the detail last."""
    detail = len(body) - body.index(_DETAIL) - len(_DETAIL) - 1
    texts = (event["source"], event["detail-type"], *event["resources"])
    return sum(len(text.encode()) for text in texts) + detail + _FIXED_BYTES


def _text(archived: Archived) -> bytes:
    """The event's JSON text. One that another bus sent may carry an input of that rule's target instead."""
    if archived.body.startswith(_ENVELOPE) and _DETAIL in archived.body:
        return archived.body
    event = dict(archived.event)
    detail = event.pop("detail")
    return orjson.dumps({**event, "detail": detail})


def follow_retention(engine: Engine, tx: Transaction, scope: Scope, name: str, days: int) -> None:
    """Have events older than `days` removed from now on; 0 keeps them for ever."""
    if days:
        engine.timers.set(tx, scope, RETENTION, name, engine.clock.now_ms())
    else:
        engine.timers.cancel(tx, scope, RETENTION, name)


def remove_all(engine: Engine, tx: Transaction, scope: Scope, archive: Row) -> None:
    """Have the events of a deleted archive removed."""
    engine.timers.cancel(tx, scope, RETENTION, archive.name)
    engine.timers.set(tx, scope, REMOVAL, archive.id, engine.clock.now_ms())


@timer_kind
class ArchiveRetention(TimerKind):
    """Removes what an archive (`key` is its name) need not keep any longer, and looks again in time."""

    name = RETENTION

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        archive = find_archive(tx, timer.scope, timer.key)
        if archive is None or not archive.retention_days:
            return
        now, keep_ms = engine.clock.now_ms(), archive.retention_days * _DAY_MS
        events, size = _remove_oldest(tx, timer.scope, archive.id, now - keep_ms)
        if events:
            _grow(tx, timer.scope, archive.name, -events, -size)
        if events == RETENTION_CHUNK:
            due = now + _CHUNK_PAUSE_MS
        else:
            oldest = tx.scalar(_OLDEST_MS, _in_archive(timer.scope, archive.id))
            due = max((now if oldest is None else oldest) + keep_ms, now + _SWEEP_PAUSE_MS)
        engine.timers.set(tx, timer.scope, RETENTION, timer.key, due)


@timer_kind
class ArchiveRemoval(TimerKind):
    """Removes the events of an archive that was deleted (`key` is its id), a chunk at a time."""

    name = REMOVAL

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        now = engine.clock.now_ms()
        events, _ = _remove_oldest(tx, timer.scope, timer.key, now)
        if events == RETENTION_CHUNK:
            engine.timers.set(tx, timer.scope, REMOVAL, timer.key, now + _CHUNK_PAUSE_MS)


def _remove_oldest(tx: Transaction, scope: Scope, archive_id: str, until_ms: int) -> tuple[int, int]:
    """Remove a chunk of what was archived until then; how many events and how many bytes."""
    key = _in_archive(scope, archive_id)
    old = tx.rows(_OLDEST, {**key, "until_ms": until_ms, "most": RETENTION_CHUNK})
    tx.execute_many(_REMOVE, [{**key, "of_time_ms": row.time_ms, "of_id": row.id} for row in old])
    return len(old), sum(row.size for row in old)


def _grow(tx: Transaction, scope: Scope, name: str, events: int, size: int) -> None:
    tx.execute(_GROW, {**_key(scope, name), "more_events": events, "more_bytes": size})


def _key(scope: Scope, name: str) -> dict[str, str]:
    return {**scope.columns, "of_name": name}


def _in_archive(scope: Scope, archive_id: str) -> dict[str, str]:
    return {**scope.columns, "of_archive": archive_id}
