"""Moving virtual time: from one due instant to the next, each followed by all it leads to."""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.standing_time import remember
from windsock.kernel.clock import VirtualClock


async def advance(engine: Engine, clock: VirtualClock, seconds: float) -> int:
    """Let `seconds` pass. Answers when all that fell due has settled; how many instants that were."""
    target = clock.now_ms() + round(seconds * 1000)
    instants = 0
    await engine.activity.settled()
    while True:
        due = [instant for instant in _next_instants(engine, clock) if instant <= target]
        if not due:
            break
        instants += 1
        await _move(engine, clock, max(min(due), clock.now_ms()))
    await _move(engine, clock, target)
    await engine.store.write(lambda tx: remember(tx, clock))
    return instants


def _next_instants(engine: Engine, clock: VirtualClock) -> list[int]:
    instants = (engine.timers.next_due(), engine.tasks.next_due(), clock.next_waiter())
    return [instant for instant in instants if instant is not None]


async def _move(engine: Engine, clock: VirtualClock, instant_ms: int) -> None:
    clock.move_to(instant_ms)
    await engine.timers.fire_due()
    engine.tasks.release_due()
    await engine.activity.settled()
