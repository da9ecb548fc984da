"""The journal: what is kept, for how long, and what must stay longer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.engine import journal
from windsock.engine.journal import start_retention
from windsock.engine.settings import EngineSettings
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope

SCOPE = Scope("000000000000", "us-east-1")
HOUR = 3600


async def put(driver: Driver, times: int) -> None:
    entry = {"Source": "test", "DetailType": "t", "Detail": "{}"}
    for _ in range(times // 10):
        await driver("events", "PutEvents", Entries=[entry] * 10)
    await driver.settle()


def kept(driver: Driver) -> int:
    return len(driver.engine.store.read(lambda tx: journal.latest(tx, SCOPE, 10_000)))


async def begin(driver: Driver, settings: EngineSettings) -> None:
    driver.engine.settings = settings
    engine = driver.engine
    await engine.store.write(lambda tx: start_retention(engine, tx, engine.clock.now_ms()))


async def test_old_events_go_and_new_ones_stay(driver: Driver) -> None:
    await begin(driver, EngineSettings(journal_keep_hours=24))
    await put(driver, 20)
    await driver.advance(20 * HOUR)
    await put(driver, 10)
    assert kept(driver) == 30
    await driver.advance(5 * HOUR)
    assert kept(driver) == 10


async def test_more_than_the_settings_keep_go_in_chunks(driver: Driver) -> None:
    await put(driver, RETENTION_CHUNK * 2 + 100)
    await driver.advance(1)
    await put(driver, 50)
    await begin(driver, EngineSettings(journal_keep_events=50))
    await driver.advance(3600)
    assert kept(driver) == 50


async def test_an_event_stays_while_it_is_under_way(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from windsock.targets.sqs import QueueTarget

    async def fail(self: QueueTarget, engine: Any, delivery: Any) -> None:
        raise ConnectionError("down")

    monkeypatch.setattr(QueueTarget, "deliver", fail)
    await driver("events", "PutRule", Name="r", EventPattern=json.dumps({"source": ["test"]}))
    arn = "arn:aws:sqs:us-east-1:000000000000:q"
    await driver("events", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    await begin(driver, EngineSettings(journal_keep_hours=1))
    await put(driver, 10)
    await driver.advance(12 * HOUR)
    assert kept(driver) == 10
    await driver.advance(24 * HOUR)
    assert kept(driver) == 0
