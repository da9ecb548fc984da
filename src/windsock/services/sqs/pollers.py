"""Who waits for messages of a queue.

A message wakes one poller, however many wait, and a poller that takes several is woken once for as many. A
poller that leaves wakes the next, so there is always one that has looked since the last change and knows when
a message becomes visible.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class _Poller(NamedTuple):
    """Somebody who waits: the event that wakes them, and how many messages they take at most."""

    event: asyncio.Event
    most: int


class Pollers:
    """The long polls under way, by the id of their queue."""

    def __init__(self, _engine: Engine) -> None:
        self._waiting: dict[str, deque[_Poller]] = {}

    def wake(self, queue_id: str, messages: int = 1) -> None:
        """Have the first pollers that are asleep look again, as many as can take so many messages."""
        for event, most in self._waiting.get(queue_id, ()):
            if messages <= 0:
                return
            if not event.is_set():
                event.set()
                messages -= most

    def wake_all(self, queue_id: str) -> None:
        """Have every poller look again: the queue is gone, say."""
        for event, _ in self._waiting.get(queue_id, ()):
            event.set()

    @contextmanager
    def waiting(self, queue_id: str, most: int = 1) -> Iterator[asyncio.Event]:
        """An event that is set when it is this poller's turn to look again, for up to `most` messages.

        Look inside the block before waiting, and clear the event before each look.
        """
        poller = _Poller(asyncio.Event(), most)
        line = self._waiting.setdefault(queue_id, deque())
        line.append(poller)
        try:
            yield poller.event
        finally:
            line.remove(poller)
            if line:
                self.wake(queue_id)
            else:
                del self._waiting[queue_id]
