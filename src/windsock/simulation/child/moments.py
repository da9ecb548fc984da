"""Time and chance as windsock gives them: a call that is replayed sees the same and makes the same ids.

Within a call the clock stands at the instant that came with it, for everything in this process, and every
source of randomness moto draws from starts at the call's seed.
"""

from __future__ import annotations

import os
import random

import time_machine
from moto.moto_api._internal import mock_random

_now_ms = 0
_chance = random.Random()  # noqa: S311  (its numbers are to be repeatable)
_clock = time_machine.travel(0, tick=False).start()


def take_over() -> None:
    """Have the randomness of this process come from the seeds."""
    os.urandom = _chance.randbytes


def enter(instant_ms: int, seed: bytes) -> None:
    """What follows happens at that instant, with chance starting at `seed`."""
    global _now_ms  # noqa: PLW0603  (one call at a time is answered here)
    _now_ms = instant_ms
    _clock.move_to(instant_ms / 1000)
    _chance.seed(seed)
    mock_random.seed(seed)
    random.seed(seed)


def now_ms() -> int:
    """The instant at which the call happens."""
    return _now_ms
