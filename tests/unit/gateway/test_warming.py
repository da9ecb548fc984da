"""Loading ahead: all that there is, and not while somebody asks."""

from __future__ import annotations

import asyncio

import pytest
from tests.conftest import Driver

from windsock.engine.rooms import Rooms
from windsock.gateway import warming


@pytest.fixture
def cold(driver: Driver, rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """The engine's rooms, none of them loaded."""
    found = Rooms(rooms.packages)
    monkeypatch.setattr(driver.engine, "rooms", found)
    return found


async def test_everything_is_loaded_while_nothing_is_asked(
    driver: Driver, cold: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "_QUIET_SECONDS", 0.001)
    await warming.warm(driver.engine)
    assert set(cold.all()) == set(cold._loaded) == set(cold.packages)


async def test_nothing_is_loaded_between_calls(driver: Driver, cold: Rooms) -> None:
    warm = asyncio.create_task(warming.warm(driver.engine))
    for _ in range(50):
        await driver("sts", "GetCallerIdentity")
        await asyncio.sleep(0)
    assert "scheduler" not in cold._loaded  # nobody asked anything of it
    warm.cancel()
