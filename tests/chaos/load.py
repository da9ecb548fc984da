"""Load by several clients at once, and the moments at which to kill."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.chaos.mortal import Mortal
from tests.chaos.wire import Unanswered, Wire

# What a client does over and over. It raises Unanswered when windsock was killed meanwhile.
Job = Callable[[Wire], None]

LONGEST_WAIT_SECONDS = 60


class Tally:
    """Counts what happens, for those who wait until more of it has."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def add(self, number: int = 1) -> None:
        """So many more."""
        with self._changed:
            self._count += number
            self._changed.notify_all()

    def wait_for_more(self, number: int) -> None:
        """Return once there are `number` more than now."""
        with self._changed:
            wanted = self._count + number
            came = self._changed.wait_for(lambda: self._count >= wanted, LONGEST_WAIT_SECONDS)
            assert came, f"{self._count} of {wanted} after {LONGEST_WAIT_SECONDS} s"


@contextmanager
def load(mortal: Mortal, account: str, jobs: list[Job]) -> Iterator[None]:
    """Every job, again and again, on a thread and a connection of its own, until the block ends.

    A job that windsock did not answer goes on when it is up again. Raises what a job raised.
    """
    enough = threading.Event()

    def work(job: Job) -> None:
        with mortal.wire(account) as wire:
            while not enough.is_set():
                mortal.wait_until_up()
                try:
                    job(wire)
                except Unanswered:
                    continue

    with ThreadPoolExecutor(len(jobs)) as threads:
        working = [threads.submit(work, job) for job in jobs]
        try:
            yield
        finally:
            enough.set()
            for each in working:
                each.result()


def kill_often(mortal: Mortal, tally: Tally, rounds: int, chance: random.Random, most: int = 200) -> None:
    """`rounds` times: wait until a random number of more things happened, and kill at once."""
    for _ in range(rounds):
        tally.wait_for_more(chance.randint(1, most))
        mortal.kill()
