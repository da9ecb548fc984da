"""How many messages of each queue are in flight at most, so that the limit is seldom counted out.

Deleting and time only lower the number; so what was counted once, plus what was received since,
is a bound, and only when it reaches the limit are rows counted.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.services.sqs.counts import count_in_flight
from windsock.services.sqs.limits import MAX_IN_FLIGHT, MAX_IN_FLIGHT_FIFO
from windsock.services.sqs.queue import Queue
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class InFlight:
    """Upper bounds by queue id. What is not in here has not been counted yet."""

    def __init__(self, _engine: Engine) -> None:
        self._at_most: dict[str, int] = {}

    def room(self, tx: Snapshot, queue: Queue, now_ms: int, wanted: int) -> int:
        """How many of the wanted messages may still be received."""
        most = MAX_IN_FLIGHT_FIFO if queue.fifo else MAX_IN_FLIGHT
        bound = self._at_most.get(queue.id)
        if bound is None or bound + wanted > most:
            bound = self._at_most[queue.id] = count_in_flight(tx, queue, now_ms)
        return min(wanted, max(most - bound, 0))

    def add(self, queue: Queue, received: int) -> None:
        """Messages were received."""
        self._at_most[queue.id] += received
