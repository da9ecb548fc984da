"""An engine whose simulated resources can be lost and brought back."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.simulated import fork_child, template

from windsock.engine import journal
from windsock.engine.engine import Engine
from windsock.engine.rooms import Rooms
from windsock.engine.settings import EngineSettings
from windsock.kernel.clock import VirtualClock
from windsock.kernel.scope import Scope
from windsock.simulation.backend.child_process import ChildProcess
from windsock.store.store import Store


@pytest.fixture(scope="session")
def moto_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A process with moto loaded."""
    with template(tmp_path_factory.mktemp("moto")) as place:
        yield place


@pytest.fixture(autouse=True)
def children_at_once(moto_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children are forked instead of started."""

    async def start(directory: Path, *, durable: bool) -> ChildProcess:
        return await fork_child(moto_template, directory)

    monkeypatch.setattr(ChildProcess, "start", start)


def events(driver: Driver, account: str, region: str = "us-east-1") -> list[dict[str, Any]]:
    """The events of an account, oldest first, without what each has its own."""
    scope = Scope(account, region)
    rows = driver.engine.store.read(lambda tx: journal.latest(tx, scope, 1000))
    found = [json.loads(row.body) for row in reversed(rows)]
    return [
        {name: value for name, value in event.items() if name not in ("id", "version")} for event in found
    ]


class Machine:
    """A windsock that is started again on what it left: `driver` is the one that runs."""

    driver: Driver

    def __init__(self, database: Path, rooms: Rooms, settings: EngineSettings) -> None:
        self._settings = settings
        self._database = database
        self._rooms = rooms
        self._clock = VirtualClock(START_MS)
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Start it."""
        store = await self._running.enter_async_context(Store.open(self._database, durable=False))
        engine = Engine(store, self._clock, self._rooms, self._settings)
        await engine.start()
        self._running.push_async_callback(engine.stop)
        self.driver = Driver(engine, self._clock)

    async def stop(self) -> None:
        """Stop it."""
        await self._running.aclose()

    async def restart(self) -> None:
        """Stop it and start it."""
        await self.stop()
        await self.start()


@pytest.fixture
def engine_settings() -> EngineSettings:
    """Those of the machine; a test that wants others parametrizes them."""
    return EngineSettings()


@pytest.fixture
async def machine(
    rooms: Rooms, empty_database: Path, tmp_path: Path, engine_settings: EngineSettings
) -> AsyncIterator[Machine]:
    database = tmp_path / "windsock.db"
    shutil.copyfile(empty_database, database)
    machine = Machine(database, rooms, engine_settings)
    await machine.start()
    yield machine
    await machine.stop()
