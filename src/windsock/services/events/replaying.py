"""The work of a replay: chunk by chunk, in the order of the events' times.

A chunk's events are accepted in the transaction that moves the replay's cursor on, so that whenever windsock
is killed the replay goes on after the last event it accepted: none is lost and none comes twice. Replayed are
the events that were in the archive when the replay began. AWS orders them by the minute; here they come in
the exact order of their times, and of their acceptance within a second.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.retention import Retention
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import timer_kind
from windsock.kernel.scope import Scope
from windsock.services.events import routing
from windsock.services.events.archiving import find_archive
from windsock.services.events.limits import REPLAY_CHUNK, REPLAY_DAYS
from windsock.services.events.tables import archived_events, replays
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

KIND: Final = "events.replay"

_RETRY_MS: Final = 1_000
_MOST_ATTEMPTS: Final = 10

_REPLAY = (
    *in_scope(replays),
    replays.c.name == sa.bindparam("of_name"),
)
_FIND = Statement(sa.select(replays).where(*_REPLAY))
_MOVE = Statement(
    sa.update(replays)
    .where(*_REPLAY)
    .values(
        state="RUNNING",
        after_ms=sa.bindparam("new_after_ms"),
        after_id=sa.bindparam("new_after_id"),
        last_replayed_ms=sa.bindparam("new_after_ms"),
    )
)
_END = Statement(
    sa.update(replays)
    .where(*_REPLAY)
    .values(
        state=sa.bindparam("new_state"),
        state_reason=sa.bindparam("new_reason"),
        ended_ms=sa.bindparam("new_ended_ms"),
    )
)
_CHUNK = Statement(
    sa.select(archived_events.c.time_ms, archived_events.c.id, archived_events.c.body)
    .where(
        *in_scope(archived_events),
        archived_events.c.archive == sa.bindparam("of_archive"),
        archived_events.c.time_ms >= sa.bindparam("after_ms"),
        sa.or_(
            archived_events.c.time_ms > sa.bindparam("after_ms"),
            archived_events.c.id > sa.bindparam("after_id"),
        ),
        archived_events.c.time_ms <= sa.bindparam("until_ms"),
        archived_events.c.id < sa.bindparam("before_id"),
    )
    .order_by(archived_events.c.time_ms, archived_events.c.id)
    .limit(REPLAY_CHUNK)
)


def find_replay(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a replay, or None."""
    return tx.row(_FIND, _key(scope, name))


def before_the_first(start_ms: int) -> dict[str, Any]:
    """The columns of a replay that has replayed nothing yet; like events, it begins at a whole second."""
    return {"after_ms": start_ms - start_ms % 1000, "after_id": "", "last_replayed_ms": None}


def begin(engine: Engine, tx: Transaction, scope: Scope, name: str) -> None:
    """Have a replay done, from its cursor on."""
    engine.tasks.add(
        tx,
        scope,
        kind=KIND,
        lane=scope.arn("events", f"replay/{name}"),
        payload=orjson.dumps({"replay": name}),
    )


@task_kind
class ReplayTask(TaskKind):
    """Does a replay to its end."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        name = task.data()["replay"]
        while await engine.store.write(lambda tx: _step(engine, tx, task.scope, name)):
            pass

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + _RETRY_MS * task.attempts if task.attempts < _MOST_ATTEMPTS else None

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        name = task.data()["replay"]
        await engine.store.write(lambda tx: _end(engine, tx, task.scope, name, "FAILED", str(error)))


@timer_kind
class ReplayRetention(Retention):
    """Removes replays that were over long ago."""

    name = "events.replays"
    tables = (replays,)
    time = "ended_ms"
    keep_ms = REPLAY_DAYS * 86_400_000


_RETENTION: Final = ReplayRetention()


def _step(engine: Engine, tx: Transaction, scope: Scope, name: str) -> bool:
    """Replay the next chunk; whether there may be more."""
    replay = find_replay(tx, scope, name)
    if replay is None:
        return False
    if replay.state == "CANCELLING":
        return _end(engine, tx, scope, name, "CANCELLED")
    archive = find_archive(tx, scope, replay.archive)
    if archive is None or archive.id != replay.archive_id:
        return _end(engine, tx, scope, name, "FAILED", f"Archive {replay.archive} was deleted.")
    chunk = tx.rows(
        _CHUNK,
        {
            **scope.columns,
            "of_archive": replay.archive_id,
            "after_ms": replay.after_ms,
            "after_id": replay.after_id,
            "until_ms": replay.event_end_ms,
            "before_id": replay.before_id,
        },
    )
    if not chunk:
        return _end(engine, tx, scope, name, "COMPLETED")
    only = frozenset(orjson.loads(replay.rules)) if replay.rules else None
    incoming = [_replayed(replay.bus, name, row.body, only) for row in chunk]
    routing.to_bus(engine, tx, scope, incoming)
    last = chunk[-1]
    tx.execute(_MOVE, {**_key(scope, name), "new_after_ms": last.time_ms, "new_after_id": last.id})
    return True


def _replayed(bus: str, name: str, body: bytes, only: frozenset[str] | None) -> routing.Incoming:
    """An archived event as it is replayed: itself, with the replay's name."""
    event = orjson.loads(body)
    event["replay-name"] = name
    named = b'%b,"replay-name":"%b"}' % (body[:-1], name.encode())
    return routing.Incoming(bus, event, named, cause=f"replay:{name}", only=only)


def _end(
    engine: Engine, tx: Transaction, scope: Scope, name: str, state: str, reason: str | None = None
) -> bool:
    now = engine.clock.now_ms()
    values = {"new_state": state, "new_reason": reason and reason[:512], "new_ended_ms": now}
    tx.execute(_END, {**_key(scope, name), **values})
    _RETENTION.arm(engine, tx)
    return False


def _key(scope: Scope, name: str) -> dict[str, str]:
    return {**scope.columns, "of_name": name}
