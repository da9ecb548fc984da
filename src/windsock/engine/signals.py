"""Wake-ups inside a process: who waits for something is told when it may have happened.

A signal says "look again", never what happened; the truth is in the store.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Signals:
    """Named wake-ups. Keys are any hashable, such as `("queue", scope, name)`."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, set[asyncio.Event]] = defaultdict(set)

    def notify(self, key: Hashable) -> None:
        """Wake everyone who waits for `key`."""
        for event in self._waiting.get(key, ()):
            event.set()

    @contextmanager
    def listen(self, key: Hashable) -> Iterator[asyncio.Event]:
        """An event that is set whenever `key` is notified while the block runs.

        Look for what you want *inside* the block before you wait, or a wake-up may pass unseen.
        """
        event = asyncio.Event()
        self._waiting[key].add(event)
        try:
            yield event
        finally:
            self._waiting[key].discard(event)
            if not self._waiting[key]:
                del self._waiting[key]
