"""Message retention: messages older than MessageRetentionPeriod vanish.

Whoever reads messages leaves expired ones out, so they vanish to the millisecond; the sweep only
removes their rows. One timer a queue: it is due when the oldest message expires, or a whole period
ahead when the queue is empty, since nothing sent later can expire before.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-architecture.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.limits import SWEEP_CHUNK, SWEEP_INTERVAL_MS, SWEEPS_A_PERIOD
from windsock.services.sqs.queue import Queue, Queues
from windsock.services.sqs.sequence import first_number_at
from windsock.services.sqs.tables import attempts, deduplications, messages, of_heap
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_OF_HEAP = of_heap(messages)
# Numbers tell when messages were accepted, so the expired ones are first. One that a dead-letter
# queue took over is older than its number says: it stays, unseen, a while longer.
_EXPIRED = Statement(
    sa.select(messages.c.seq, messages.c.group_id)
    .where(
        _OF_HEAP, messages.c.seq < sa.bindparam("before"), messages.c.sent_ms <= sa.bindparam("sent_until")
    )
    .order_by(messages.c.seq)
    .limit(SWEEP_CHUNK)
)
_DELETE = Statement(sa.delete(messages).where(_OF_HEAP, messages.c.seq == sa.bindparam("of_seq")))
_OLDEST = Statement(sa.select(messages.c.sent_ms).where(_OF_HEAP).order_by(messages.c.seq).limit(1))
# What sending and receiving leave behind in a queue that is not used any more.
_FORGET = tuple(
    Statement(
        sa.delete(table).where(
            *in_scope(table),
            table.c.queue_id == sa.bindparam("of_queue_id"),
            table.c.expires_ms <= sa.bindparam("now"),
        )
    )
    for table in (deduplications, attempts)
)


def begin_sweeping(engine: Engine, tx: Transaction, scope: Scope, name: str, due_ms: int) -> None:
    """Have the expired messages of a queue removed from `due_ms` on."""
    engine.timers.set(tx, scope, Retention.name, name, due_ms)


def sweep_sooner(engine: Engine, tx: Transaction, queue: Queue, retention_ms: int) -> None:
    """Have the sweep follow a retention period that was changed."""
    begin_sweeping(engine, tx, queue.scope, queue.name, _next_sweep(engine, tx, queue, retention_ms))


@timer_kind
class Retention(TimerKind):
    """Removes a chunk of a queue's expired messages and sets the next sweep."""

    name = "sqs.retention"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        """See TimerKind.fire. A queue that was deleted meanwhile is swept no more."""
        queue = engine.part(Queues).read(tx, timer.scope, timer.key)
        if queue is None:
            return
        now = engine.clock.now_ms()
        removed = _remove_expired(tx, queue, now)
        due = now if removed == SWEEP_CHUNK else _next_sweep(engine, tx, queue, queue.retention_ms)
        begin_sweeping(engine, tx, queue.scope, queue.name, due)
        if queue.fifo:
            _forget_expired(tx, queue, now)


def _remove_expired(tx: Transaction, queue: Queue, now_ms: int) -> int:
    until = now_ms - queue.retention_ms
    values = {**queue.key, "before": first_number_at(until + 1), "sent_until": until}
    expired = tx.rows(_EXPIRED, values)
    tx.execute_many(_DELETE, [{**queue.key, "of_seq": row.seq} for row in expired])
    if queue.fifo:
        for group in {row.group_id for row in expired}:
            refresh_group(tx, queue, group)
    return len(expired)


def _forget_expired(tx: Transaction, queue: Queue, now_ms: int) -> None:
    for statement in _FORGET:
        tx.execute(
            statement,
            {
                **queue.scope.columns,
                "of_queue_id": queue.id,
                "now": now_ms,
            },
        )


def _next_sweep(engine: Engine, tx: Transaction, queue: Queue, retention_ms: int) -> int:
    now = engine.clock.now_ms()
    oldest = tx.scalar(_OLDEST, queue.key)
    due: int = (now if oldest is None else oldest) + retention_ms
    return max(due, now + max(SWEEP_INTERVAL_MS, retention_ms // SWEEPS_A_PERIOD))
