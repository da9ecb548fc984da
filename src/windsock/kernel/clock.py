"""The one clock: everything that reads the time or waits does so here.

`RealClock` is the machine's. `VirtualClock` stands still until it is advanced; the engine moves it
from one due instant to the next, so that a month of schedules runs in seconds and gives the same
result every time. Instants are whole milliseconds since 1970 in UTC throughout windsock.
"""

from __future__ import annotations

import asyncio
import functools
import heapq
import itertools
import time
from datetime import UTC, datetime
from typing import Protocol


def to_datetime(instant_ms: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return datetime.fromtimestamp(instant_ms / 1000, UTC)


def to_ms(moment: datetime) -> int:
    """The instant of an aware datetime."""
    return round(moment.timestamp() * 1000)


def iso_seconds(instant_ms: int) -> str:
    """`2017-01-02T00:00:00Z`: whole seconds, as events carry their time."""
    return _iso(instant_ms // 1000)


def iso_milliseconds(instant_ms: int) -> str:
    """`2017-01-02T00:00:00.000Z`, as S3, RDS and others write instants in their messages."""
    return f"{_iso(instant_ms // 1000)[:-1]}.{instant_ms % 1000:03}Z"


@functools.lru_cache(maxsize=16)
def _iso(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock(Protocol):
    """What windsock knows of time."""

    virtual: bool

    def now_ms(self) -> int:
        """The present instant."""

    async def wait(self, event: asyncio.Event, until_ms: int | None) -> bool:
        """Wait for the event or the instant, whichever is first; True when it was the event."""

    async def wait_as_client(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait on behalf of somebody outside, who has a real clock: a long poll.

        Under virtual time the wait also ends after that many *real* seconds, so that no client
        hangs on a clock nobody advances.
        """

    def elapsed(self) -> float:
        """Seconds on a steady, always real counter: for measuring durations, never for deciding."""


class RealClock:
    """The machine's clock."""

    virtual = False

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def wait(self, event: asyncio.Event, until_ms: int | None) -> bool:
        if until_ms is None:
            return await event.wait()
        return await _wait_seconds(event, (until_ms - self.now_ms()) / 1000)

    async def wait_as_client(self, event: asyncio.Event, seconds: float) -> bool:
        return await _wait_seconds(event, seconds)

    def elapsed(self) -> float:
        return time.perf_counter()


class VirtualClock:
    """A clock that stands still until `move_to`."""

    virtual = True

    def __init__(self, start_ms: int) -> None:
        self._now = start_ms
        self._waiters: list[tuple[int, int, asyncio.Event]] = []
        self._order = itertools.count()

    def now_ms(self) -> int:
        return self._now

    async def wait(self, event: asyncio.Event, until_ms: int | None) -> bool:
        if until_ms is None:
            return await event.wait()
        if event.is_set() or until_ms <= self._now:
            return event.is_set()
        return await self._first(event, until_ms, None)

    async def wait_as_client(self, event: asyncio.Event, seconds: float) -> bool:
        if event.is_set() or seconds <= 0:
            return event.is_set()
        return await self._first(event, self._now + round(seconds * 1000), seconds)

    def elapsed(self) -> float:
        return time.perf_counter()

    def next_waiter(self) -> int | None:
        """The earliest instant somebody waits for."""
        return self._waiters[0][0] if self._waiters else None

    def move_to(self, instant_ms: int) -> None:
        """Set the clock and wake everyone whose instant has come. It never goes back."""
        self._now = max(self._now, instant_ms)
        while self._waiters and self._waiters[0][0] <= self._now:
            heapq.heappop(self._waiters)[2].set()

    async def _first(self, event: asyncio.Event, until_ms: int, real_seconds: float | None) -> bool:
        due = asyncio.Event()
        entry = (until_ms, next(self._order), due)
        heapq.heappush(self._waiters, entry)
        waits = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(due.wait())]
        try:
            await asyncio.wait(waits, timeout=real_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            if entry in self._waiters:
                self._waiters.remove(entry)
                heapq.heapify(self._waiters)
        return event.is_set()


async def _wait_seconds(event: asyncio.Event, seconds: float) -> bool:
    if event.is_set() or seconds <= 0:
        return event.is_set()
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return event.is_set()
