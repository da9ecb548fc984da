"""The journal: every accepted event, as it was delivered, and its way.

The way of an event is its row here (which rules matched) and the tasks it caused (each delivery with
its attempts and errors). Old rows are removed in small chunks by a timer, so that retention never
holds up a request; an event is kept at least as long as something of it is still under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from windsock.engine.tables import events as table
from windsock.engine.tables import tasks
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_INSERT = Statement(sa.insert(table))
_BODY = Statement(
    sa.select(table.c.body).where(
        *in_scope(table),
        table.c.id == sa.bindparam("id"),
    )
)
_FIND = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.event_id == sa.bindparam("event_id"),
    )
    .order_by(table.c.id)
)
_LATEST = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.id < sa.bindparam("before"),
    )
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)
_STILL_UNDER_WAY = sa.exists().where(
    tasks.c.account == table.c.account,
    tasks.c.region == table.c.region,
    tasks.c.cause == sa.literal("event:") + table.c.id,
    tasks.c.state == "pending",
)
_OLD_EVENTS = (
    sa.select(table.c.account, table.c.region, table.c.id)
    .where(table.c.accepted_ms < sa.bindparam("limit_ms"), ~_STILL_UNDER_WAY)
    .limit(sa.bindparam("most"))
)
_OLD_TASKS = (
    sa.select(tasks.c.account, tasks.c.region, tasks.c.id)
    .where(tasks.c.state != "pending", tasks.c.ended_ms < sa.bindparam("limit_ms"))
    .limit(sa.bindparam("most"))
)
_key_of_event = sa.tuple_(table.c.account, table.c.region, table.c.id)
_key_of_task = sa.tuple_(tasks.c.account, tasks.c.region, tasks.c.id)
_REMOVE_EVENTS = Statement(sa.delete(table).where(_key_of_event.in_(_OLD_EVENTS)))
_REMOVE_TASKS = Statement(sa.delete(tasks).where(_key_of_task.in_(_OLD_TASKS)))
_NTH_NEWEST = Statement(
    sa.select(table.c.accepted_ms).order_by(table.c.accepted_ms.desc()).limit(1).offset(sa.bindparam("keep"))
)

KIND = "engine.retention"
EVERYWHERE = Scope("", "")
MINUTE_MS = 60_000
HOUR_MS = 3_600_000


@dataclass(slots=True)  # not frozen: one is made for each event, and freezing costs most of it
class Accepted:
    """An accepted event: `id` is its row's, `body` the JSON text that is delivered."""

    id: str
    bus: str
    event: dict[str, Any]
    body: bytes
    matched: list[str]
    cause: str


def cause_of(row_id: str) -> str:
    """What the tasks of an event name as their cause."""
    return f"event:{row_id}"


def record(tx: Transaction, scope: Scope, accepted: list[Accepted], now_ms: int) -> None:
    """Write events down, in the transaction that accepts them."""
    tx.execute_many(
        _INSERT,
        [
            {
                **scope.columns,
                "id": each.id,
                "event_id": each.event["id"],
                "bus": each.bus,
                "source": each.event["source"],
                "detail_type": each.event["detail-type"],
                "cause": each.cause,
                "accepted_ms": now_ms,
                "body": each.body,
                "matched": orjson.dumps(each.matched).decode(),
            }
            for each in accepted
        ],
    )


def body_of(tx: Snapshot, scope: Scope, row_id: str) -> bytes | None:
    """The JSON text of an event, by its row's id."""
    found: bytes | None = tx.scalar(_BODY, {**scope.columns, "id": row_id})
    return found


def find(tx: Snapshot, scope: Scope, event_id: str) -> list[Any]:
    """The rows of an event by its own id; more than one when it reached several buses."""
    return tx.rows(_FIND, {**scope.columns, "event_id": event_id})


def latest(tx: Snapshot, scope: Scope, most: int, before: str = "~") -> list[Any]:
    """The newest events, newest first, at most `most`, older than the row `before`."""
    return tx.rows(_LATEST, {**scope.columns, "before": before, "most": most})


@timer_kind
class Retention(TimerKind):
    """Removes what is older or more than the settings keep: a chunk, then the next soon after."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        now = engine.clock.now_ms()
        limit = now - engine.settings.journal_keep_hours * HOUR_MS
        excess = tx.scalar(_NTH_NEWEST, {"keep": engine.settings.journal_keep_events})
        if excess is not None:
            limit = max(limit, excess + 1)
        chunk = {"limit_ms": limit, "most": RETENTION_CHUNK}
        removed = max(tx.execute(_REMOVE_EVENTS, chunk), tx.execute(_REMOVE_TASKS, chunk))
        pause = 50 if removed >= RETENTION_CHUNK else 10 * MINUTE_MS
        start_retention(engine, tx, now + pause)


def start_retention(engine: Engine, tx: Transaction, at_ms: int) -> None:
    """Have retention run at `at_ms`, and from then on by itself."""
    engine.timers.set(tx, EVERYWHERE, KIND, "", at_ms)
