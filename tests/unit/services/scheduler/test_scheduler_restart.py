"""What was due while windsock was down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.scheduler.scheduler_helpers import DAY, bodies, counted, create, messages

from windsock.app import find_rooms
from windsock.engine.engine import Engine
from windsock.kernel.clock import VirtualClock
from windsock.store.store import Store


async def run_until_down(path: Path, expression: str, **target: Any) -> None:
    async with Store.open(path, durable=False) as store:
        clock = VirtualClock(START_MS)
        engine = Engine(store, clock, find_rooms())
        await engine.start()
        driver = Driver(engine, clock)
        for name in ("q", "dead"):
            await driver("sqs", "CreateQueue", QueueName=name)
        await create(driver, expression, target=target)
        await driver.advance(60)
        await engine.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "windsock.db"


async def test_it_happens_once_late(path: Path) -> None:
    await run_until_down(path, "cron(0 1-23 * * ? *)")
    async with Store.open(path, durable=False) as store:
        clock = VirtualClock(START_MS + 12 * 3_600_000 + 1)
        engine = Engine(store, clock, find_rooms())
        await engine.start()
        driver = Driver(engine, clock)
        await driver.advance(3600)
        await engine.stop()
        assert await bodies(driver) == ["2017-01-02T01:00:00Z", "2017-01-02T13:00:00Z"]


async def test_but_not_when_it_is_older_than_its_policy_allows(path: Path) -> None:
    dead = {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead"}
    policy = {"MaximumEventAgeInSeconds": 3600}
    await run_until_down(path, "at(2017-01-02T06:00:00)", RetryPolicy=policy, DeadLetterConfig=dead)
    async with Store.open(path, durable=False) as store:
        clock = VirtualClock(START_MS + DAY * 1000)
        engine = Engine(store, clock, find_rooms())
        await engine.start()
        driver = Driver(engine, clock)
        await driver.advance(1)
        await engine.stop()
        assert await bodies(driver) == []
        (letter,) = await messages(driver, "dead", MessageAttributeNames=["All"])
        attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
        assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
        assert attributes["RETRY_ATTEMPTS"] == "0"
        assert counted(driver, "InvocationDroppedCount") == 1
