"""Receive attempts of FIFO queues: who repeats one gets the same messages and handles again.

Source: API_ReceiveMessage, "ReceiveRequestAttemptId",
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from __future__ import annotations

import orjson
import sqlalchemy as sa

from windsock.services.sqs import heap
from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.forgetting import forget_some, forgets
from windsock.services.sqs.limits import DEDUPLICATION_MS
from windsock.services.sqs.queue import Queue
from windsock.services.sqs.tables import attempts
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Transaction

_FIND = Statement(
    sa.select(attempts.c.receipts).where(
        *in_scope(attempts),
        attempts.c.queue_id == sa.bindparam("queue_id"),
        attempts.c.attempt_id == sa.bindparam("attempt_id"),
        attempts.c.expires_ms > sa.bindparam("now"),
    )
)
_REMEMBER = Statement(upsert(attempts, "receipts", "expires_ms"))
_FORGET = forgets(attempts, attempts.c.attempt_id)


def repeat_attempt(
    tx: Transaction, queue: Queue, attempt_id: str, now_ms: int, visibility_ms: int
) -> list[Row] | None:
    """The messages that an attempt was given in the last five minutes, hidden for `visibility_ms` anew.

    None if there was no such attempt, or a message of it was deleted or is no longer hidden by it.
    """
    receipts = tx.scalar(_FIND, {**_key(queue, attempt_id), "now": now_ms})
    if receipts is None:
        return None
    rows = []
    for seq, receives in orjson.loads(receipts):
        row = heap.read(tx, queue, seq)
        if row is None or row.receives != receives or row.visible_ms <= now_ms:
            return None
        rows.append(row)
    for row in rows:
        heap.hide_until(tx, queue, row.seq, now_ms + visibility_ms)
    for group in {row.group_id for row in rows}:
        refresh_group(tx, queue, group)
    return rows


def remember_attempt(tx: Transaction, queue: Queue, attempt_id: str, taken: list[Row], now_ms: int) -> None:
    """Keep what an attempt was given. `taken` are the rows as they were before."""
    receipts = orjson.dumps([[row.seq, row.receives + 1] for row in taken]).decode()
    tx.execute(
        _REMEMBER,
        {**_key(queue, attempt_id), "receipts": receipts, "expires_ms": now_ms + DEDUPLICATION_MS},
    )
    forget_some(tx, _FORGET, queue, now_ms)


def _key(queue: Queue, attempt_id: str) -> dict[str, str]:
    return {
        **queue.scope.columns,
        "queue_id": queue.id,
        "attempt_id": attempt_id,
    }
