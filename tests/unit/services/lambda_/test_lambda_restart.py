"""What survives: events that were accepted, and mappings that poll."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.lambda_.lambda_helpers import (
    ACCOUNT,
    ScriptedRunner,
    invoke,
    make_function,
    make_queue,
)

from windsock.engine.engine import Engine
from windsock.engine.rooms import Rooms
from windsock.kernel.clock import VirtualClock
from windsock.services.lambda_.runs import FunctionRuns
from windsock.store.store import Store


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "windsock.db"
    shutil.copyfile(empty_database, path)
    return path


@asynccontextmanager
async def started(database: Path, rooms: Rooms) -> AsyncIterator[tuple[Driver, ScriptedRunner]]:
    """An engine on a store that may hold what an earlier one left."""
    clock = VirtualClock(START_MS)
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, clock, rooms)
        runner = ScriptedRunner()
        engine.part(FunctionRuns).use(runner)
        await engine.start()
        try:
            yield Driver(engine, clock), runner
        finally:
            await engine.stop()
    assert runner.closed


async def test_an_accepted_event_is_run_after_a_restart(database: Path, rooms: Rooms) -> None:
    async with started(database, rooms) as (driver, runner):
        await make_function(driver)
        runner.held = asyncio.Event()
        await invoke(driver, event={"n": 1}, InvocationType="Event")
        await runner.began.wait()
    async with started(database, rooms) as (driver, runner):
        await driver.settle()
        assert runner.events == [{"n": 1}]
        assert (runner.runs[0][0].code / "index.py").exists()


async def test_a_mapping_polls_after_a_restart(database: Path, rooms: Rooms) -> None:
    async with started(database, rooms) as (driver, _):
        await make_function(driver)
        queue = await make_queue(driver, "jobs")
        await driver("lambda", "CreateEventSourceMapping", FunctionName="work", EventSourceArn=queue)
        await driver.settle()
    async with started(database, rooms) as (driver, runner):
        url = f"http://localhost:4566/{ACCOUNT}/jobs"
        await driver("sqs", "SendMessage", QueueUrl=url, MessageBody="hello")
        await driver.settle()
        assert [event["Records"][0]["body"] for event in runner.events] == ["hello"]


async def test_code_is_away_from_the_data_and_goes_with_the_engine(database: Path, rooms: Rooms) -> None:
    async with started(database, rooms) as (driver, runner):
        await make_function(driver)
        await invoke(driver)
        code = runner.runs[0][0].code
        assert (code / "index.py").exists()
        assert database.parent not in code.parents
    assert not code.exists()
