"""The clock, and moving it when it is virtual."""

from __future__ import annotations

import math
from typing import Any, Final

from windsock.engine.advance import advance
from windsock.engine.engine import Engine
from windsock.gateway.control.asked import Asked, ControlError
from windsock.gateway.control.path import control_path
from windsock.kernel.clock import VirtualClock, to_datetime

# 9999-12-31T23:59:59Z, the last that a timestamp can say.
_LAST_INSTANT_MS: Final = 253_402_300_799_000


@control_path("clock")
async def clock(asked: Asked) -> dict[str, Any]:
    """The time windsock lives in."""
    return _now(asked.engine)


@control_path("clock/advance", "POST")
async def advance_clock(asked: Asked) -> dict[str, Any]:
    """Let `seconds` pass: everything that falls due happens, in order, before this is answered."""
    clock = asked.engine.clock
    if not isinstance(clock, VirtualClock):
        raise ControlError("The clock is real. Start windsock with --clock virtual to move it.", status=409)
    seconds = asked.body.get("seconds")
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or not 0 <= seconds < math.inf:
        raise ControlError('The body must be {"seconds": N} with N a number that is not negative.')
    if clock.now_ms() + seconds * 1000 > _LAST_INSTANT_MS:
        raise ControlError("The clock cannot go beyond the year 9999.")
    instants = await advance(asked.engine, clock, seconds)
    return {**_now(asked.engine), "instants": instants}


def _now(engine: Engine) -> dict[str, Any]:
    return {"now": to_datetime(engine.clock.now_ms()).isoformat(), "virtual": engine.clock.virtual}
