"""Timers: each due instant fires once, in order, also over a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import START_MS

from windsock.engine.advance import advance
from windsock.engine.engine import Engine
from windsock.engine.rooms import Room, Rooms
from windsock.engine.standing_time import stood_at
from windsock.engine.timers import Timer, TimerKind
from windsock.kernel.clock import VirtualClock
from windsock.kernel.scope import Scope
from windsock.store.store import Store
from windsock.store.transaction import Transaction

SCOPE = Scope("000000000000", "us-east-1")


class Ticks(TimerKind):
    """Remembers when it fired; a key named `every<N>` sets itself again N milliseconds later."""

    name = "test"

    def __init__(self) -> None:
        self.fired: list[tuple[str, int]] = []

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        self.fired.append((timer.key, engine.clock.now_ms() - START_MS))
        if timer.key.startswith("every"):
            engine.timers.set(tx, SCOPE, self.name, timer.key, timer.due_ms + int(timer.key[5:]))
        if timer.key.startswith("cancel "):
            engine.timers.cancel(tx, SCOPE, self.name, timer.key.removeprefix("cancel "))
        if timer.key == "broken" and len(self.fired) < 5:
            raise RuntimeError("broken")


@asynccontextmanager
async def engine_with(path: Path, kind: Ticks, start_ms: int) -> AsyncIterator[tuple[Engine, VirtualClock]]:
    clock = VirtualClock(start_ms)
    async with Store.open(path / "windsock.db", durable=False) as store:
        engine = Engine(store, clock, Rooms({}, {"test": Room(timer_kinds={kind.name: kind})}))
        await engine.start()
        try:
            yield engine, clock
        finally:
            await engine.stop()


async def test_timers_fire_at_their_instants_in_order(tmp_path: Path) -> None:
    kind = Ticks()
    async with engine_with(tmp_path, kind, START_MS) as (engine, clock):
        for key, seconds in (("late", 30), ("soon", 10), ("middle", 20)):
            due = START_MS + seconds * 1000
            await engine.store.write(lambda tx, k=key, d=due: engine.timers.set(tx, SCOPE, "test", k, d))  # type: ignore[misc]
        await advance(engine, clock, 25)
        assert kind.fired == [("soon", 10_000), ("middle", 20_000)]
        await advance(engine, clock, 25)
        assert kind.fired[-1] == ("late", 30_000)


async def test_a_timer_that_sets_itself_fires_every_time(tmp_path: Path) -> None:
    kind = Ticks()
    async with engine_with(tmp_path, kind, START_MS) as (engine, clock):
        await engine.store.write(
            lambda tx: engine.timers.set(tx, SCOPE, "test", "every1000", START_MS + 1000)
        )
        await advance(engine, clock, 100)
        assert kind.fired == [("every1000", n * 1000) for n in range(1, 101)]


async def test_a_cancelled_timer_does_not_fire(tmp_path: Path) -> None:
    kind = Ticks()
    async with engine_with(tmp_path, kind, START_MS) as (engine, clock):
        await engine.store.write(lambda tx: engine.timers.set(tx, SCOPE, "test", "a", START_MS + 1000))
        await engine.store.write(lambda tx: engine.timers.cancel(tx, SCOPE, "test", "a"))
        await advance(engine, clock, 10)
        assert kind.fired == []


async def test_what_fell_due_while_it_was_down_fires_at_the_start(tmp_path: Path) -> None:
    kind = Ticks()
    async with engine_with(tmp_path, kind, START_MS) as (engine, _):
        await engine.store.write(lambda tx: engine.timers.set(tx, SCOPE, "test", "a", START_MS + 1000))
    async with engine_with(tmp_path, kind, START_MS + 60_000) as (engine, clock):
        await advance(engine, clock, 0)
        assert kind.fired == [("a", 60_000)]


async def test_a_timer_cancelled_by_one_of_the_same_instant_does_not_fire(tmp_path: Path) -> None:
    kind = Ticks()
    async with engine_with(tmp_path, kind, START_MS) as (engine, clock):
        for key, due in (("cancel later", START_MS + 999), ("later", START_MS + 1000)):
            await engine.store.write(lambda tx, k=key, d=due: engine.timers.set(tx, SCOPE, "test", k, d))  # type: ignore[misc]
        clock.move_to(START_MS + 1000)
        assert await engine.timers.fire_due() == 1
        assert [key for key, _ in kind.fired] == ["cancel later"]


async def test_a_timer_that_fails_holds_up_no_other_and_is_tried_again(tmp_path: Path) -> None:
    kind = Ticks()
    async with engine_with(tmp_path, kind, START_MS) as (engine, clock):
        for key in ("broken", "sound"):
            await engine.store.write(
                lambda tx, k=key: engine.timers.set(tx, SCOPE, "test", k, START_MS + 1000)  # type: ignore[misc]
            )
        await advance(engine, clock, 1)
        assert kind.fired[-1] == ("sound", 1000)
        await advance(engine, clock, 600)
        assert kind.fired[-1][0] == "broken"
        assert engine.timers.next_due() is None


async def test_a_timer_of_an_unknown_kind_is_kept(tmp_path: Path) -> None:
    async with engine_with(tmp_path, Ticks(), START_MS) as (engine, clock):
        await engine.store.write(
            lambda tx: engine.timers.set(tx, SCOPE, "later.windsock", "a", START_MS + 1000)
        )
        await advance(engine, clock, 1)
        assert engine.timers.next_due() == START_MS + 61_000


async def test_a_virtual_clock_is_kept_with_what_happened_at_its_instant(tmp_path: Path) -> None:
    """A kill in the midst of a long advance must not put the clock back behind what happened."""
    async with engine_with(tmp_path, Ticks(), START_MS) as (engine, clock):
        await engine.store.write(lambda tx: engine.timers.set(tx, SCOPE, "test", "a", START_MS + 1000))
        clock.move_to(START_MS + 1000)
        await engine.timers.fire_due()
        assert stood_at(engine.store) == START_MS + 1000
