"""What queues keep over a restart and over changes that fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.sqs.conftest import Client

from windsock.app import find_rooms
from windsock.engine.engine import Engine
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.store.store import Store
from windsock.store.transaction import Transaction

# Found before a store is opened: its schema is that of the tables that are known by then.
ROOMS = find_rooms()


async def test_messages_and_locks_outlive_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock(START_MS)
    async with Store.open(tmp_path / "windsock.db", durable=False) as store:
        client = await started(store, clock)
        await client.create("q.fifo", ContentBasedDeduplication="true")
        await client.send("q.fifo", "a1", MessageGroupId="a")
        [held] = await client.receive("q.fifo")
        await client.send("q.fifo", "a2", MessageGroupId="a")
        await client.driver.engine.stop()
    async with Store.open(tmp_path / "windsock.db", durable=False) as store:
        client = await started(store, clock)
        await client.send("q.fifo", "a2", MessageGroupId="a")
        assert await client.bodies("q.fifo", 10) == []
        await client.delete("q.fifo", held)
        assert await client.bodies("q.fifo", 10) == ["a2"]
        await client.driver.engine.stop()


async def test_order_outlives_a_clock_that_was_set_back(tmp_path: Path) -> None:
    async with Store.open(tmp_path / "windsock.db", durable=False) as store:
        client = await started(store, VirtualClock(START_MS))
        await client.create("q.fifo", ContentBasedDeduplication="true")
        await client.send("q.fifo", "a1", MessageGroupId="a")
        await client.driver.engine.stop()
    async with Store.open(tmp_path / "windsock.db", durable=False) as store:
        client = await started(store, VirtualClock(START_MS - 3_600_000))
        await client.send("q.fifo", "a2", MessageGroupId="a")
        await client.driver.advance(3600)
        assert await client.bodies("q.fifo", 10) == ["a1", "a2"]
        await client.driver.engine.stop()


async def started(store: Store, clock: VirtualClock) -> Client:
    engine = Engine(store, clock, ROOMS)
    await engine.start()
    return Client(Driver(engine, clock))


async def test_what_fails_leaves_no_trace(sqs: Client) -> None:
    await sqs.create("q")
    await sqs.send("q", "x")
    with pytest.raises(AwsError):
        await sqs.set("q", VisibilityTimeout="5", DelaySeconds="5000")
    assert (await sqs.attributes("q"))["VisibilityTimeout"] == "30"


async def test_a_group_of_changes_that_cannot_be_stored_is_forgotten(
    sqs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sqs.create("q")
    store = sqs.driver.engine.store
    failing = True

    def fail(_tx: Transaction) -> None:
        if failing:
            raise OSError("the disk is full")

    store.before_commit(fail)
    with pytest.raises(AwsError, match="could not be stored"):
        await sqs.set("q", VisibilityTimeout="5")
    with pytest.raises(AwsError, match="could not be stored"):
        await sqs.send("q", "lost")
    failing = False
    assert (await sqs.attributes("q"))["VisibilityTimeout"] == "30"
    sent: dict[str, Any] = await sqs.send("q", "kept")
    [message] = await sqs.receive("q", 10)
    assert message["MessageId"] == sent["MessageId"]
