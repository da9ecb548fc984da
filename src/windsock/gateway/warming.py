"""The services and their models, loaded ahead of the first request that needs them, while nothing is asked.

Not on a thread: it would hold up the requests of the first second, whose own needs are loaded faster alone.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

from windsock.engine.activity import Activity
from windsock.engine.engine import Engine
from windsock.engine.model_patterns import compile_pattern
from windsock.engine.rooms import Rooms
from windsock.kernel.discovery import modules
from windsock.kernel.log import Log
from windsock.kernel.models import protocols, service_model, service_names

log = Log(__name__)

# Its Unicode category makes the table of them, which the patterns of names and tags need.
_ANY_LETTER = r"\p{L}"


# How long nothing must have been asked for loading to begin, or to go on.
_QUIET_SECONDS = 0.05


async def warm(engine: Engine) -> None:
    """Load every room and the model of every service, a module at a time, while nothing is asked."""
    activity = engine.activity
    try:
        await _quiet(activity)
        for _ in _pieces(engine.rooms):
            begun = activity.begun
            await activity.settled()
            if activity.begun != begun:
                await _quiet(activity)
    except Exception:
        log.exception("a part of windsock could not be loaded")
    gc.freeze()  # what was loaded stays: the cycle collector need not look at it again


async def _quiet(activity: Activity) -> None:
    """Return once nothing has begun for a while: between the calls of somebody who makes many, loading would
    hold each of them up.
    """
    begun = -1
    while begun != activity.begun:
        begun = activity.begun
        pause = asyncio.get_running_loop().create_future()
        # Real seconds, whatever clock windsock runs on: they are the callers'.
        await asyncio.wait((pause,), timeout=_QUIET_SECONDS)
        await activity.settled()


def _pieces(rooms: Rooms) -> Iterator[None]:
    """Loads, a piece at each step; most take 1 to 10 ms, the greatest models 30."""
    service_names()
    for service in rooms.services:
        yield
        _ = service_model(service).operation_names, protocols(service)
    for name, package in rooms.packages.items():
        for _ in modules(package):
            yield
        rooms.room(name)
    compile_pattern(_ANY_LETTER)
