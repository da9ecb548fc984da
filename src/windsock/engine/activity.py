"""Is anything still going on? Virtual time moves only when nothing is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from windsock.kernel.turns import others_first

# What ends may have woken somebody who begins something else, by a future or two.
_TURNS_TO_SETTLE: Final = 6


class Activity:
    """Counts what is under way: calls being answered, tasks due, timers firing."""

    def __init__(self) -> None:
        self.begun = 0
        """How much has begun so far: unchanged, nothing has since one last looked."""
        self._count = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def begin(self, number: int = 1) -> None:
        """Something starts."""
        self.begun += number
        self._count += number
        if self._count:
            self._quiet.clear()

    def end(self, number: int = 1) -> None:
        """Something that began has ended."""
        self._count -= number
        if not self._count:
            self._quiet.set()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Busy while the block runs."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Not busy while the block runs: something under way waits for the outside or for time."""
        self.end()
        try:
            yield
        finally:
            self.begin()

    async def settled(self) -> None:
        """Return once nothing is under way and stays so for some turns of the loop."""
        while True:
            await self._quiet.wait()
            await others_first(_TURNS_TO_SETTLE)
            if not self._count:
                return
