"""Who waits for messages of a queue.

A message wakes one poller, however many wait. A poller that leaves wakes the next, so there is
always one that has looked since the last change and knows when a message becomes visible.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class Pollers:
    """The long polls under way, by the id of their queue."""

    def __init__(self, _engine: Engine) -> None:
        self._waiting: dict[str, deque[asyncio.Event]] = {}

    def wake(self, queue_id: str, number: int = 1) -> None:
        """Have the first pollers that are asleep look again, as many as that."""
        asleep = (event for event in self._waiting.get(queue_id, ()) if not event.is_set())
        for event in itertools.islice(asleep, number):
            event.set()

    def wake_all(self, queue_id: str) -> None:
        """Have every poller look again: the queue is gone, say."""
        for event in self._waiting.get(queue_id, ()):
            event.set()

    @contextmanager
    def waiting(self, queue_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when it is this poller's turn to look again.

        Look inside the block before waiting, and clear the event before each look.
        """
        event = asyncio.Event()
        line = self._waiting.setdefault(queue_id, deque())
        line.append(event)
        try:
            yield event
        finally:
            line.remove(event)
            if line:
                self.wake(queue_id)
            else:
                del self._waiting[queue_id]
