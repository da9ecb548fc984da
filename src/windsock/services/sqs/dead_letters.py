"""Moving messages that were received too often to the dead-letter queue.

As at AWS, that happens when somebody would receive such a message once more.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from windsock.services.sqs import heap
from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.queue import Queue, Queues
from windsock.services.sqs.sequence import Sequence
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

SOURCE_ARN = "DeadLetterQueueSourceArn"
# Receipts in queues the message was in before; ApproximateReceiveCount counts across all queues.
EARLIER_RECEIVES = "windsock.EarlierReceives"


class DeadLetters:
    """Where the messages of one queue go that were received too often."""

    def __init__(self, engine: Engine, tx: Snapshot, queue: Queue) -> None:
        self._engine = engine
        self._queue = queue
        redrive = queue.redrive
        self._target: Queue | None = None
        if redrive is not None:
            queues = engine.part(Queues)
            self._target = queues.find(tx, redrive.dead_letter_scope, redrive.dead_letter_name)
        # While the dead-letter queue is not there, messages stay and are received on.
        self._max_receives = redrive.max_receives if redrive and self._target else None

    def among(self, rows: list[Row]) -> list[Row]:
        """Those messages that must not be received again."""
        most = self._max_receives
        return [] if most is None else [row for row in rows if row.receives >= most]

    def take(self, tx: Transaction, rows: list[Row], now_ms: int) -> None:
        """Move messages from their queue to the dead-letter queue."""
        target = self._target
        if target is None:
            return
        for row in rows:
            heap.remove(tx, self._queue, row.seq)
            heap.put(self._engine, tx, target, self._moved(row, target, now_ms))
        if self._queue.fifo:
            for group in {row.group_id for row in rows}:
                refresh_group(tx, self._queue, group)

    def _moved(self, row: Row, target: Queue, now_ms: int) -> heap.NewMessage:
        system: dict[str, Any] = orjson.loads(row.system)
        system[SOURCE_ARN] = self._queue.arn
        system[EARLIER_RECEIVES] = system.get(EARLIER_RECEIVES, 0) + row.receives
        return {
            "seq": self._engine.part(Sequence).next(now_ms),
            "id": row.id,
            "visible_ms": now_ms,
            # A standard queue's message keeps its age, a FIFO queue's starts anew.
            "sent_ms": now_ms if target.fifo else row.sent_ms,
            "group_id": row.group_id,
            "deduplication_id": row.deduplication_id,
            "attributes": row.attributes,
            "system": orjson.dumps(system).decode(),
            "body": row.body,
        }
