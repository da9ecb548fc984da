"""How many messages a queue holds. SQS calls its numbers approximate; these are exact."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from windsock.services.sqs.queue import Queue
from windsock.services.sqs.tables import messages, of_heap
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

_ALIVE = sa.and_(
    of_heap(messages),
    messages.c.sent_ms > sa.bindparam("sent_after"),
)
_VISIBLE = Statement(
    sa.select(sa.func.count())
    .select_from(messages)
    .where(_ALIVE, messages.c.visible_ms <= sa.bindparam("now"))
)
_HIDDEN = Statement(
    sa.select(
        sa.func.count().label("hidden"),
        sa.func.count(sa.case((messages.c.receives > 0, 1))).label("in_flight"),
    )
    .select_from(messages)
    .where(_ALIVE, messages.c.visible_ms > sa.bindparam("now"))
)


class Counts(NamedTuple):
    """The three numbers that GetQueueAttributes tells."""

    visible: int
    in_flight: int
    delayed: int


def count_messages(tx: Snapshot, queue: Queue, now_ms: int) -> Counts:
    """Count, in the index alone."""
    visible: int = tx.scalar(_VISIBLE, _values(queue, now_ms))
    hidden, in_flight = _hidden(tx, queue, now_ms)
    return Counts(visible, in_flight, hidden - in_flight)


def count_in_flight(tx: Snapshot, queue: Queue, now_ms: int) -> int:
    """The messages that were received, not deleted, and are not visible again yet."""
    return _hidden(tx, queue, now_ms)[1]


def _hidden(tx: Snapshot, queue: Queue, now_ms: int) -> tuple[int, int]:
    [(hidden, in_flight)] = tx.rows(_HIDDEN, _values(queue, now_ms))
    return hidden, in_flight


def _values(queue: Queue, now_ms: int) -> dict[str, str | int]:
    return {**queue.key, "sent_after": now_ms - queue.retention_ms, "now": now_ms}
