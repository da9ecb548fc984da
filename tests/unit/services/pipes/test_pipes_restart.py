"""Pipes go on where they were when windsock is started again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.conftest import START_MS, Driver
from tests.unit.services.pipes.pipes_helpers import SQS, bodies, make_pipe, make_queues, send, waiting

from windsock.app import find_rooms
from windsock.engine.engine import Engine
from windsock.kernel.clock import VirtualClock
from windsock.store.store import Store


@asynccontextmanager
async def running(path: Path) -> AsyncIterator[Driver]:
    rooms = find_rooms()
    async with Store.open(path, durable=False) as store:
        clock = VirtualClock(START_MS)
        engine = Engine(store, clock, rooms)
        await engine.start()
        yield Driver(engine, clock)
        await engine.stop()


async def test_a_running_pipe_runs_again_and_a_stopped_one_rests(tmp_path: Path) -> None:
    path = tmp_path / "windsock.db"
    async with running(path) as driver:
        await make_queues(driver)
        await driver("sqs", "CreateQueue", QueueName="resting")
        await make_pipe(driver, TargetParameters={"InputTemplate": "<$.body>"})
        await make_pipe(driver, "stopped", Source=SQS + "resting")
        await driver("pipes", "StopPipe", Name="stopped")
        await driver.settle()
    async with running(path) as driver:
        await send(driver, "a")
        await send(driver, "b", queue="resting")
        assert await bodies(driver) == ["a"]
        assert await waiting(driver, "resting") == [1, 0]
        await driver("pipes", "StopPipe", Name="p")
        await driver.settle()
        await send(driver, "c")
        assert await waiting(driver, "in") == [1, 0]


async def test_a_change_that_was_under_way_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "windsock.db"
    async with running(path) as driver:
        await make_queues(driver)
        await make_pipe(driver)
        await driver("pipes", "DeletePipe", Name="p")
    async with running(path) as driver:
        await driver.settle()
        assert await driver("pipes", "ListPipes") == {"Pipes": []}
