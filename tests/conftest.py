"""What every test may use: an engine in memory on a virtual clock, and a caller."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from windsock.app import find_rooms
from windsock.engine.advance import advance
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.rooms import Rooms
from windsock.engine.settings import EngineSettings
from windsock.kernel.clock import VirtualClock
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope
from windsock.store import sqlite
from windsock.store.store import Store

START_MS = 1_483_315_200_000  # 2017-01-02T00:00:00Z, a Monday

# No test is timed: a machine that has much else to do is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class Driver:
    """An engine to drive: `await driver("sqs", "CreateQueue", QueueName="q")`."""

    def __init__(self, engine: Engine, clock: VirtualClock) -> None:
        self.engine = engine
        self.clock = clock

    async def __call__(
        self,
        service: str,
        operation: str,
        *,
        account: str = DEFAULT_ACCOUNT,
        region: str = DEFAULT_REGION,
        **params: Any,
    ) -> dict[str, Any]:
        """Make a call as the account's root; raises AwsError as the wire would tell it."""
        caller = Caller.root(account)
        result = await self.engine.call(
            service, operation, params, caller=caller, scope=Scope(account, region)
        )
        return result or {}

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await self.engine.activity.settled()

    async def advance(self, seconds: float) -> None:
        """Let time pass; everything that falls due happens in order."""
        await advance(self.engine, self.clock, seconds)


@pytest.fixture(scope="session")
def rooms() -> Rooms:
    """The rooms of this installation, all loaded: so every table is declared."""
    found = find_rooms()
    found.all()
    return found


@pytest.fixture(scope="session")
def empty_database(rooms: Rooms, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing in it, to be copied: migrating takes a while."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    sqlite.migrate(path)
    return path


@contextlib.asynccontextmanager
async def driving(
    rooms: Rooms, empty_database: Path, directory: Path, settings: EngineSettings | None = None
) -> AsyncIterator[Driver]:
    """An engine with these settings on a database of its own in a directory, until the block ends."""
    clock, database = VirtualClock(START_MS), directory / "windsock.db"
    shutil.copyfile(empty_database, database)
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, clock, rooms, settings)
        await engine.start()
        try:
            yield Driver(engine, clock)
        finally:
            await engine.stop()


@pytest.fixture
async def driver(rooms: Rooms, empty_database: Path, tmp_path: Path) -> AsyncIterator[Driver]:
    async with driving(rooms, empty_database, tmp_path) as running:
        yield running


@pytest.fixture
async def enforced(rooms: Rooms, empty_database: Path, tmp_path: Path) -> AsyncIterator[Driver]:
    """An engine that enforces IAM."""
    async with driving(rooms, empty_database, tmp_path, EngineSettings(iam="enforce")) as running:
        yield running
