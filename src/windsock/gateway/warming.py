"""The services and their models, loaded ahead of the first request that needs them, while nothing is asked.

Not on a thread: it would hold up the requests of the first second, whose own needs are loaded faster alone.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

from windsock.engine.engine import Engine
from windsock.engine.model_patterns import compile_pattern
from windsock.engine.rooms import Rooms
from windsock.kernel.discovery import modules
from windsock.kernel.log import Log
from windsock.kernel.models import protocols, service_model, service_names

log = Log(__name__)

# Its Unicode category makes the table of them, which the patterns of names and tags need.
_ANY_LETTER = r"\p{L}"


async def warm(engine: Engine) -> None:
    """Load every room and the model of every service, a module at a time, whenever nothing is under way."""
    try:
        for _ in _pieces(engine.rooms):
            await engine.activity.settled()
    except Exception:
        log.exception("a part of windsock could not be loaded")
    gc.freeze()  # what was loaded stays: the cycle collector need not look at it again


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
