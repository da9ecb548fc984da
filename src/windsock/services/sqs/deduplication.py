"""What a FIFO queue accepted in the last five minutes, so that it accepts it only once.

Source: "Exactly-once processing in Amazon SQS",
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from windsock.services.sqs.forgetting import forget_some, forgets
from windsock.services.sqs.limits import DEDUPLICATION_MS
from windsock.services.sqs.queue import Queue
from windsock.services.sqs.tables import deduplications
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_FIND = Statement(
    sa.select(deduplications.c.message_id, deduplications.c.seq).where(
        *in_scope(deduplications),
        deduplications.c.queue_id == sa.bindparam("queue_id"),
        deduplications.c.key == sa.bindparam("key"),
        deduplications.c.expires_ms > sa.bindparam("now"),
    )
)
_REMEMBER = Statement(upsert(deduplications, "message_id", "seq", "expires_ms"))
_FORGET = forgets(deduplications, deduplications.c.key)


class Accepted(NamedTuple):
    """A message that was accepted before."""

    message_id: str
    seq: int


def find_accepted(
    tx: Snapshot, queue: Queue, group: str, deduplication_id: str, now_ms: int
) -> Accepted | None:
    """The message that was accepted with this deduplication id in the last five minutes."""
    row = tx.row(_FIND, {**_key(queue, group, deduplication_id, now_ms), "now": now_ms})
    return None if row is None else Accepted(row.message_id, row.seq)


def remember_accepted(
    tx: Transaction, queue: Queue, group: str, deduplication_id: str, accepted: Accepted, now_ms: int
) -> None:
    """Accept nothing more with this deduplication id for five minutes."""
    tx.execute(
        _REMEMBER,
        {
            **_key(queue, group, deduplication_id, now_ms),
            "message_id": accepted.message_id,
            "seq": accepted.seq,
            "expires_ms": now_ms + DEDUPLICATION_MS,
        },
    )
    forget_some(tx, _FORGET, queue, now_ms)


def _key(queue: Queue, group: str, deduplication_id: str, now_ms: int) -> dict[str, str]:
    # Neither ids nor groups can contain a space.
    key = f"{deduplication_id} {group}" if queue.deduplicates_by_group(now_ms) else deduplication_id
    return {
        **queue.scope.columns,
        "queue_id": queue.id,
        "key": key,
    }
