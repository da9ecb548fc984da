"""Message groups of FIFO queues: which are free, and which message is next.

A message may be received when no message before it in its group is hidden. So a group is locked
while its first message is, and only that is looked at: thousands of groups, or a hundred thousand
messages behind one that is in flight, cost nothing.
Source: "FIFO queue delivery logic",
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.services.sqs.queue import Queue
from windsock.services.sqs.tables import groups, messages, of_heap
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_HEAP = of_heap(groups)
_OF_GROUP = sa.and_(
    of_heap(messages),
    messages.c.group_id == sa.bindparam("group_id"),
)
_OPEN = Statement(upsert(groups))
_SET = Statement(upsert(groups, "head_seq", "available_ms"))
_CLOSE = Statement(
    sa.delete(groups).where(
        of_heap(groups),
        groups.c.group_id == sa.bindparam("group_id"),
    )
)
_FREE = Statement(
    sa.select(groups.c.group_id)
    .where(_OF_HEAP, groups.c.available_ms <= sa.bindparam("now"))
    .order_by(groups.c.available_ms, groups.c.head_seq)
    .limit(sa.bindparam("most"))
)
_NEXT_FREE = Statement(
    sa.select(sa.func.min(groups.c.available_ms)).where(_OF_HEAP, groups.c.available_ms > sa.bindparam("now"))
)
_HEAD = Statement(
    sa.select(messages.c.seq, messages.c.visible_ms).where(_OF_GROUP).order_by(messages.c.seq).limit(1)
)
_MESSAGES = Statement(
    sa.select(messages).where(_OF_GROUP).order_by(messages.c.seq).limit(sa.bindparam("most"))
)


def open_group(tx: Transaction, queue: Queue, group: str, seq: int, visible_ms: int) -> None:
    """A message was added: it is the head if its group was empty."""
    tx.execute(_OPEN, {**queue.key, "group_id": group, "head_seq": seq, "available_ms": visible_ms})


def refresh_group(tx: Transaction, queue: Queue, group: str) -> None:
    """A message left the group or changed its visibility: look at the head again."""
    of_group = {**queue.key, "group_id": group}
    head = tx.row(_HEAD, of_group)
    if head is None:
        tx.execute(_CLOSE, of_group)
    else:
        hold_group(tx, queue, group, head.seq, head.visible_ms)


def hold_group(tx: Transaction, queue: Queue, group: str, head_seq: int, until_ms: int) -> None:
    """Lock a group whose head is known until that becomes visible."""
    tx.execute(_SET, {**queue.key, "group_id": group, "head_seq": head_seq, "available_ms": until_ms})


def free_groups(tx: Snapshot, queue: Queue, now_ms: int, most: int) -> list[str]:
    """The groups that have waited longest for somebody to receive from them."""
    return [row.group_id for row in tx.rows(_FREE, {**queue.key, "now": now_ms, "most": most})]


def next_free_ms(tx: Snapshot, queue: Queue, now_ms: int) -> int | None:
    """When the next of the locked groups becomes free by itself."""
    free: int | None = tx.scalar(_NEXT_FREE, {**queue.key, "now": now_ms})
    return free


def first_messages(tx: Snapshot, queue: Queue, group: str, most: int) -> list[Row]:
    """The first rows of a group, in order."""
    return tx.rows(_MESSAGES, {**queue.key, "group_id": group, "most": most})
