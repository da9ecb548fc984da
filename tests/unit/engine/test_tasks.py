"""Tasks: done at least once, retried by the clock, in order where that is asked, bounded in memory."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.conftest import START_MS

from windsock.engine.advance import advance
from windsock.engine.engine import Engine
from windsock.engine.rooms import Room, Rooms
from windsock.engine.tables import tasks
from windsock.engine.tasks import BatchTaskKind, Task, TaskKind
from windsock.kernel.clock import VirtualClock
from windsock.kernel.limits import TASKS_AT_ONCE_PER_LANE, TASKS_IN_MEMORY_PER_LANE
from windsock.kernel.scope import Scope
from windsock.store.statements import Statement
from windsock.store.store import Store
from windsock.store.transaction import Transaction

SCOPE = Scope("000000000000", "us-east-1")


class Recorder(TaskKind):
    """Remembers what it did; `fails` says how often a payload fails first, `gate` holds it up."""

    name = "test"

    def __init__(self) -> None:
        self.done: list[str] = []
        self.given_up: list[str] = []
        self.fails: dict[str, int] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.running = 0
        self.most_at_once = 0
        self.clock: VirtualClock | None = None
        self.moments: list[int] = []

    async def perform(self, engine: Engine, task: Task) -> None:
        name = task.payload.decode()
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        self.moments.append(engine.clock.now_ms() - START_MS)
        try:
            if name in self.gates:
                await self.gates[name].wait()
            if self.fails.get(name, 0) > 0:
                self.fails[name] -= 1
                raise OSError("receiver is down")
            self.done.append(name)
        finally:
            self.running -= 1

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + 1000 if task.attempts < 3 else None

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        self.given_up.append(task.payload.decode())


class Batches(Recorder, BatchTaskKind):
    """Takes up to four at once; `spoilt` fails whole batches, `stuck` single tasks of a batch, for good."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.stuck: set[str] = set()
        self.spoilt = False

    def together(self, engine: Engine, task: Task) -> int:
        return 4

    async def perform_many(self, engine: Engine, tasks: list[Task]) -> list[Exception | None]:
        names = [task.payload.decode() for task in tasks]
        self.batches.append(names)
        if self.spoilt:
            raise OSError("receiver is down")
        self.done += [name for name in names if name not in self.stuck]
        return [OSError("no") if name in self.stuck else None for name in names]


@asynccontextmanager
async def engine_with(
    path: Path, kind: Recorder, *, durable: bool = False
) -> AsyncIterator[tuple[Engine, VirtualClock]]:
    rooms = Rooms({}, {"test": Room(task_kinds={kind.name: kind})})
    clock = VirtualClock(START_MS)
    async with Store.open(path / "windsock.db", durable=durable) as store:
        engine = Engine(store, clock, rooms)
        await engine.start()
        try:
            yield engine, clock
        finally:
            await engine.stop()


async def add(engine: Engine, *names: str, lane: str = "lane", ordered: bool = False) -> None:
    def work(tx: object) -> None:
        engine.tasks.add_many(
            tx,  # type: ignore[arg-type]
            [
                engine.tasks.new(SCOPE, kind="test", lane=lane, payload=name.encode(), ordered=ordered)
                for name in names
            ],
        )

    await engine.store.write(work)


async def test_a_task_is_done_after_the_commit(tmp_path: Path) -> None:
    kind = Recorder()
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, "a", "b")
        await engine.activity.settled()
        assert kind.done == ["a", "b"]


async def test_a_failed_task_is_tried_again_by_the_clock(tmp_path: Path) -> None:
    kind = Recorder()
    kind.fails = {"a": 2}
    async with engine_with(tmp_path, kind) as (engine, clock):
        await add(engine, "a")
        await engine.activity.settled()
        assert kind.done == []
        await advance(engine, clock, 10)
        assert kind.done == ["a"]
        assert kind.moments == [0, 1000, 2000]


async def test_a_task_that_keeps_failing_is_given_up(tmp_path: Path) -> None:
    kind = Recorder()
    kind.fails = {"a": 99}
    async with engine_with(tmp_path, kind) as (engine, clock):
        await add(engine, "a")
        await advance(engine, clock, 60)
        assert (kind.done, kind.given_up) == ([], ["a"])


async def test_what_was_not_done_is_taken_up_by_the_next_run(tmp_path: Path) -> None:
    held = Recorder()
    held.gates = {"a": asyncio.Event()}
    async with engine_with(tmp_path, held) as (engine, _):
        await add(engine, "a", "b")
    again = Recorder()
    async with engine_with(tmp_path, again) as (engine, _):
        await engine.activity.settled()
        assert "a" in again.done
        assert sorted({*held.done, *again.done}) == ["a", "b"]


async def test_an_ordered_lane_keeps_its_order_over_failures(tmp_path: Path) -> None:
    kind = Recorder()
    kind.fails = {"b": 1}
    names = ["a", "b", "c", "d"]
    async with engine_with(tmp_path, kind) as (engine, clock):
        await add(engine, *names, ordered=True)
        await engine.activity.settled()
        assert kind.done == ["a"]
        await advance(engine, clock, 5)
        assert kind.done == names
        assert kind.most_at_once == 1


async def test_a_slow_lane_holds_no_other_up(tmp_path: Path) -> None:
    kind = Recorder()
    slow = [f"slow{n}" for n in range(200)]
    kind.gates = {name: asyncio.Event() for name in slow}
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, *slow, lane="slow")
        await add(engine, "quick", lane="quick")
        while "quick" not in kind.done:
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        assert kind.done == ["quick"]
        for gate in kind.gates.values():
            gate.set()
        await engine.activity.settled()
        assert len(kind.done) == 201


@pytest.mark.parametrize("ordered", [True, False])
async def test_more_than_fits_in_memory_waits_on_disk(tmp_path: Path, ordered: bool) -> None:
    kind = Recorder()
    names = [f"{n:05d}" for n in range(TASKS_IN_MEMORY_PER_LANE * 2 + 10)]
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, *names, ordered=ordered)
        await add(engine, "last", ordered=ordered)
        await engine.activity.settled()
        assert len(kind.done) == len(names) + 1
        assert sorted(kind.done) == [*names, "last"]
        if ordered:
            assert kind.done == [*names, "last"]


async def test_a_dead_receiver_fills_no_memory(tmp_path: Path) -> None:
    """Neither when tasks are accepted nor when they are read back, long after each has failed."""
    kind = Recorder()
    names = [f"{n:05d}" for n in range(TASKS_IN_MEMORY_PER_LANE * 3)]
    kind.fails = dict.fromkeys(names, 2)
    in_memory: list[int] = []

    def look(engine: Engine) -> None:
        gc.collect()
        in_memory.append(sum(isinstance(each, Task) for each in gc.get_objects()))

    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, *names)
        await engine.activity.settled()
        look(engine)
    async with engine_with(tmp_path, kind) as (engine, clock):
        await engine.activity.settled()
        for _ in range(12):
            await advance(engine, clock, 1)
            look(engine)
    assert sorted(kind.done) == names
    assert max(in_memory) <= TASKS_IN_MEMORY_PER_LANE + TASKS_AT_ONCE_PER_LANE


async def test_a_task_is_done_once_whose_row_is_read_back_before_it_is_offered(tmp_path: Path) -> None:
    """Between a commit and what follows it, others run: here the worker who reads its lane back."""
    kind = Recorder()
    names = [f"{n:05d}" for n in range(TASKS_IN_MEMORY_PER_LANE + 10)]
    last_in_memory = names[TASKS_IN_MEMORY_PER_LANE - 1]
    kind.gates = {last_in_memory: asyncio.Event()}
    count = Statement(sa.select(sa.func.count()).select_from(tasks))
    async with engine_with(tmp_path, kind, durable=True) as (engine, _):
        loop = asyncio.get_running_loop()
        await add(engine, *names, ordered=True)
        while len(kind.moments) < TASKS_IN_MEMORY_PER_LANE:
            await loop.run_in_executor(None, lambda: None)
        accepting: list[asyncio.Task[None]] = []

        def hold_the_loop_until_the_next_commit() -> None:
            while engine.store.read(lambda tx: tx.scalar(count)) == len(names):
                pass

        def hold_the_loop_soon() -> None:
            loop.call_soon(hold_the_loop_until_the_next_commit)

        def accept_in_the_next_commit(tx: Transaction) -> None:
            accepting.append(asyncio.create_task(add(engine, "late", ordered=True)))
            tx.after_commit(hold_the_loop_soon)

        kind.gates[last_in_memory].set()
        await engine.store.write(accept_in_the_next_commit)
        await asyncio.gather(*accepting)
        await engine.activity.settled()
        assert kind.done == [*names, "late"]


async def test_a_delayed_task_waits_for_its_time(tmp_path: Path) -> None:
    kind = Recorder()
    async with engine_with(tmp_path, kind) as (engine, clock):
        await engine.store.write(
            lambda tx: (
                engine.tasks.add(tx, SCOPE, kind="test", lane="l", payload=b"x", delay_ms=5000) and None
            )
        )
        await advance(engine, clock, 4)
        assert kind.done == []
        await advance(engine, clock, 1)
        assert kind.done == ["x"]


NAMES = list("abcdefghij")


async def test_tasks_that_wait_together_are_done_together(tmp_path: Path) -> None:
    kind = Batches()
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, *NAMES)
        await engine.activity.settled()
        assert kind.batches == [NAMES[:4], NAMES[4:8], NAMES[8:]]
        assert kind.done == NAMES
        assert outcomes(engine) == dict.fromkeys(NAMES, ("done", 1))


async def test_a_task_alone_is_no_batch(tmp_path: Path) -> None:
    kind = Batches()
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, "a")
        await engine.activity.settled()
        assert (kind.done, kind.batches) == (["a"], [])


async def test_an_ordered_lane_is_worked_one_by_one(tmp_path: Path) -> None:
    kind = Batches()
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, *NAMES, ordered=True)
        await engine.activity.settled()
        assert (kind.done, kind.batches, kind.most_at_once) == (NAMES, [], 1)


async def test_what_fails_in_a_batch_fails_alone(tmp_path: Path) -> None:
    kind = Batches()
    kind.stuck = {"b"}
    async with engine_with(tmp_path, kind) as (engine, clock):
        await add(engine, *NAMES[:4])
        await engine.activity.settled()
        assert kind.done == ["a", "c", "d"]
        await advance(engine, clock, 1)
        assert kind.done == ["a", "c", "d", "b"]
        assert outcomes(engine) == {"a": ("done", 1), "b": ("done", 2), "c": ("done", 1), "d": ("done", 1)}


async def test_a_batch_that_fails_is_tried_again_and_given_up_task_by_task(tmp_path: Path) -> None:
    kind = Batches()
    kind.spoilt = True
    async with engine_with(tmp_path, kind) as (engine, clock):
        await add(engine, "a", "b")
        await advance(engine, clock, 60)
        assert kind.batches == [["a", "b"]] * 3
        assert (kind.done, sorted(kind.given_up)) == ([], ["a", "b"])
        assert outcomes(engine) == {"a": ("dead", 3), "b": ("dead", 3)}


async def test_new_tasks_do_not_wait_for_slow_ones(tmp_path: Path) -> None:
    kind = Recorder()
    slow = ["slow1", "slow2", "slow3"]
    kind.gates = {name: asyncio.Event() for name in slow}
    async with engine_with(tmp_path, kind) as (engine, _):
        await add(engine, *slow)
        await add(engine, "quick")
        while "quick" not in kind.done:
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        assert kind.done == ["quick"]
        for gate in kind.gates.values():
            gate.set()
        await engine.activity.settled()


def outcomes(engine: Engine) -> dict[str, tuple[str, int]]:
    """The state and the attempts of every task, by its payload."""
    rows = engine.store.read(lambda tx: tx.rows(sa.select(tasks)))
    return {row.payload.decode(): (row.state, row.attempts) for row in rows}
