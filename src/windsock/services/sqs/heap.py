"""The messages of a queue as rows: put, received, found again and removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict

import sqlalchemy as sa

from windsock.services.sqs.fifo_groups import open_group
from windsock.services.sqs.pollers import Pollers
from windsock.services.sqs.queue import Queue
from windsock.services.sqs.tables import messages, of_heap
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_OF_HEAP = of_heap(messages)
_OF_MESSAGE = sa.and_(_OF_HEAP, messages.c.seq == sa.bindparam("of_seq"))

_PUT = Statement(sa.insert(messages))
_VISIBLE = Statement(
    sa.select(messages)
    .where(
        _OF_HEAP,
        messages.c.visible_ms <= sa.bindparam("now"),
        messages.c.sent_ms > sa.bindparam("sent_after"),
    )
    .order_by(messages.c.visible_ms, messages.c.seq)
    .limit(sa.bindparam("most"))
)
_NEXT_VISIBLE = Statement(
    sa.select(sa.func.min(messages.c.visible_ms)).where(_OF_HEAP, messages.c.visible_ms > sa.bindparam("now"))
)
_RECEIVED = Statement(
    sa.update(messages)
    .where(_OF_MESSAGE)
    .values(
        visible_ms=sa.bindparam("new_visible_ms"),
        receives=messages.c.receives + 1,
        first_received_ms=sa.func.coalesce(messages.c.first_received_ms, sa.bindparam("now")),
        received_ms=sa.bindparam("now"),
    )
)
_HIDE = Statement(sa.update(messages).where(_OF_MESSAGE).values(visible_ms=sa.bindparam("new_visible_ms")))
_FIND = Statement(
    sa.select(
        messages.c.seq,
        messages.c.visible_ms,
        messages.c.receives,
        messages.c.received_ms,
        messages.c.sent_ms,
        messages.c.group_id,
    ).where(_OF_MESSAGE)
)
_READ = Statement(sa.select(messages).where(_OF_MESSAGE))
_REMOVE = Statement(sa.delete(messages).where(_OF_MESSAGE))


class NewMessage(TypedDict):
    """A row of `sqs_messages` to be, without what names its heap and what receiving fills in."""

    seq: int
    id: str
    visible_ms: int
    sent_ms: int
    group_id: str | None
    deduplication_id: str | None
    attributes: str | None
    system: str
    body: str


_NEVER_RECEIVED = {"receives": 0, "first_received_ms": None, "received_ms": None}


def put(engine: Engine, tx: Transaction, queue: Queue, message: NewMessage) -> None:
    """Add a message and wake who waits for one."""
    put_many(engine, tx, queue, [message])


def put_many(engine: Engine, tx: Transaction, queue: Queue, added: Sequence[NewMessage]) -> None:
    """Add messages, in their order, and wake those who wait for them."""
    tx.execute_many(_PUT, [{**queue.key, **_NEVER_RECEIVED, **message} for message in added])
    if queue.fifo:
        for message in added:
            if message["group_id"] is not None:
                open_group(tx, queue, message["group_id"], message["seq"], message["visible_ms"])
    wake_pollers(engine, tx, queue, len(added))


def wake_pollers(engine: Engine, tx: Transaction, queue: Queue, number: int = 1) -> None:
    """Have some of those who wait for messages of the queue look again after the commit."""
    pollers = engine.part(Pollers)
    queue_id = queue.id
    tx.after_commit(lambda: pollers.wake(queue_id, number))


def visible(tx: Snapshot, queue: Queue, now_ms: int, most: int) -> list[Row]:
    """Up to `most` messages that may be received now, those first that have been visible longest."""
    values = {**queue.key, "now": now_ms, "sent_after": now_ms - queue.retention_ms, "most": most}
    return tx.rows(_VISIBLE, values)


def next_visible_ms(tx: Snapshot, queue: Queue, now_ms: int) -> int | None:
    """When the next of the hidden messages becomes visible by itself."""
    instant: int | None = tx.scalar(_NEXT_VISIBLE, {**queue.key, "now": now_ms})
    return instant


def mark_received(
    tx: Transaction, queue: Queue, seqs: Iterable[int], now_ms: int, visible_again_ms: int
) -> None:
    """Count a receipt of each message, and hide them."""
    values = {**queue.key, "now": now_ms, "new_visible_ms": visible_again_ms}
    tx.execute_many(_RECEIVED, [{**values, "of_seq": seq} for seq in seqs])


def hide_until(tx: Transaction, queue: Queue, seq: int, visible_ms: int) -> None:
    """Change when a message becomes visible."""
    tx.execute(_HIDE, {**queue.key, "of_seq": seq, "new_visible_ms": visible_ms})


def find(tx: Snapshot, queue: Queue, seq: int) -> Row | None:
    """What is known of a message besides what it says."""
    return tx.row(_FIND, {**queue.key, "of_seq": seq})


def read(tx: Snapshot, queue: Queue, seq: int) -> Row | None:
    """A whole message."""
    return tx.row(_READ, {**queue.key, "of_seq": seq})


def remove(tx: Transaction, queue: Queue, seq: int) -> bool:
    """Remove a message; whether it was there."""
    return tx.execute(_REMOVE, {**queue.key, "of_seq": seq}) > 0
