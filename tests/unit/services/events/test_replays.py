"""Replays: which events come back, in which order, and what becomes of a replay that is cut short."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import START_MS, Driver

from windsock.engine.engine import Engine
from windsock.engine.rooms import Rooms
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope
from windsock.services.events import replaying, routing
from windsock.services.events.limits import ACTIVE_REPLAYS, REPLAY_CHUNK
from windsock.store.store import Store

START = datetime(2017, 1, 2, tzinfo=UTC)
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"
ARCHIVE = "arn:aws:events:us-east-1:000000000000:archive/a"
RULE = "arn:aws:events:us-east-1:000000000000:rule/"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:"


async def prepare(driver: Driver, *rules: str) -> None:
    """An archive of everything, and rules with a queue each."""
    await driver("events", "CreateArchive", ArchiveName="a", EventSourceArn=BUS)
    for rule in rules:
        await driver("sqs", "CreateQueue", QueueName=rule)
        await driver("events", "PutRule", Name=rule, EventPattern='{"source": ["mine"]}')
        await driver("events", "PutTargets", Rule=rule, Targets=[{"Id": "1", "Arn": QUEUE + rule}])


async def put(driver: Driver, *offsets: int) -> None:
    """An event for each offset, in seconds after the start of the test's time."""
    for start in range(0, len(offsets), 10):
        entries = [
            {
                "Source": "mine",
                "DetailType": "t",
                "Detail": f'{{"n": {offset}, "exact": 1.10}}',
                "Time": START + timedelta(seconds=offset),
            }
            for offset in offsets[start : start + 10]
        ]
        await driver("events", "PutEvents", Entries=entries)
    await driver.settle()


async def replay(driver: Driver, name: str = "r", *, seconds: int = 3600, **changes: Any) -> dict[str, Any]:
    params: dict[str, Any] = {
        "EventSourceArn": ARCHIVE,
        "EventStartTime": START,
        "EventEndTime": START + timedelta(seconds=seconds),
        "Destination": {"Arn": BUS},
        **changes,
    }
    return await driver("events", "StartReplay", ReplayName=name, **params)


async def received(driver: Driver, queue: str) -> list[str]:
    """The bodies of all messages of a queue, which is empty then."""
    bodies: list[str] = []
    while True:
        url = f"/{DEFAULT_ACCOUNT}/{queue}"
        answer = await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
        if not answer.get("Messages"):
            return bodies
        for message in answer["Messages"]:
            bodies.append(message["Body"])
            await driver("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


async def test_events_come_back_with_the_name_of_the_replay(driver: Driver) -> None:
    await prepare(driver, "q")
    await put(driver, 5)
    (original,) = await received(driver, "q")
    started = await replay(driver)
    assert started["State"] == "STARTING"
    await driver.settle()
    assert await received(driver, "q") == [original[:-1] + ',"replay-name":"r"}']
    found = await driver("events", "DescribeReplay", ReplayName="r")
    assert found["State"] == "COMPLETED"
    assert found["EventLastReplayedTime"] == START + timedelta(seconds=5)
    assert found["ReplayEndTime"] == START


async def test_replayed_events_are_not_archived_again(driver: Driver) -> None:
    await prepare(driver, "q")
    await put(driver, 1, 2)
    for name in ("one", "two"):
        await replay(driver, name)
        await driver.settle()
    assert (await driver("events", "DescribeArchive", ArchiveName="a"))["EventCount"] == 2
    assert len(await received(driver, "q")) == 6


async def test_the_window_is_of_the_time_of_the_events(driver: Driver) -> None:
    await prepare(driver, "q")
    await put(driver, -1, 0, 60, 61)
    await received(driver, "q")
    await replay(driver, seconds=60)
    await driver.settle()
    assert sorted(json.loads(body)["detail"]["n"] for body in await received(driver, "q")) == [0, 60]


async def test_events_come_in_the_order_of_their_times(driver: Driver) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    await driver("sqs", "CreateQueue", QueueName="q.fifo", Attributes=attributes)
    await driver("events", "CreateArchive", ArchiveName="a", EventSourceArn=BUS)
    offsets = [(number * 37) % (2 * REPLAY_CHUNK + 7) for number in range(2 * REPLAY_CHUNK + 7)]
    await put(driver, *offsets)
    await driver("events", "PutRule", Name="q", EventPattern='{"replay-name": [{"exists": true}]}')
    target = {"Id": "1", "Arn": QUEUE + "q.fifo", "SqsParameters": {"MessageGroupId": "g"}}
    await driver("events", "PutTargets", Rule="q", Targets=[target])
    await replay(driver)
    await driver.settle()
    numbers = [json.loads(body)["detail"]["n"] for body in await received(driver, "q.fifo")]
    assert numbers == sorted(offsets)


async def test_a_replay_may_be_for_some_rules_only(driver: Driver) -> None:
    await prepare(driver, "one", "two")
    await put(driver, 1)
    for queue in ("one", "two"):
        await received(driver, queue)
    await replay(driver, Destination={"Arn": BUS, "FilterArns": [RULE + "two"]})
    await driver.settle()
    assert (len(await received(driver, "one")), len(await received(driver, "two"))) == (0, 1)


async def test_a_cancelled_replay_ends(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    await prepare(driver)
    await put(driver, *range(20))
    begun: list[str] = []
    monkeypatch.setattr(replaying, "begin", lambda engine, tx, scope, name: begun.append(name))
    await replay(driver)
    assert await driver("events", "CancelReplay", ReplayName="r") == {
        "ReplayArn": "arn:aws:events:us-east-1:000000000000:replay/r",
        "State": "CANCELLING",
    }
    monkeypatch.undo()
    scope = Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
    await driver.engine.store.write(lambda tx: replaying.begin(driver.engine, tx, scope, begun[0]))
    await driver.settle()
    found = await driver("events", "DescribeReplay", ReplayName="r")
    assert found["State"] == "CANCELLED"
    assert "EventLastReplayedTime" not in found
    with pytest.raises(AwsError) as caught:
        await driver("events", "CancelReplay", ReplayName="r")
    assert caught.value.code == "IllegalStatusException"
    assert caught.value.message == "Replay r is not in a valid state for this operation."


async def test_a_replay_whose_archive_is_deleted_fails(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare(driver)
    begin = replaying.begin
    monkeypatch.setattr(replaying, "begin", lambda *_: None)
    await replay(driver)
    await driver("events", "DeleteArchive", ArchiveName="a")
    scope = Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
    await driver.engine.store.write(lambda tx: begin(driver.engine, tx, scope, "r"))
    await driver.settle()
    found = await driver("events", "DescribeReplay", ReplayName="r")
    assert (found["State"], found["StateReason"]) == ("FAILED", "Archive a was deleted.")


async def test_a_replay_is_forgotten_90_days_after_its_end(driver: Driver) -> None:
    await prepare(driver)
    await replay(driver)
    await driver.settle()
    await driver.advance(90 * 86_400)
    assert (await driver("events", "DescribeReplay", ReplayName="r"))["State"] == "COMPLETED"
    await driver.advance(86_400)
    assert (await driver("events", "ListReplays"))["Replays"] == []


async def test_a_replay_cut_short_goes_on_where_it_was(
    rooms: Rooms, empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = shutil.copyfile(empty_database, tmp_path / "windsock.db")
    count = 3 * REPLAY_CHUNK + 5
    accept = routing.to_bus
    accepted: list[int] = []

    def one_chunk_and_no_more(engine: Any, tx: Any, scope: Any, incoming: Any) -> None:
        if accepted:
            raise RuntimeError("the process is about to be killed")
        accepted.append(len(incoming))
        accept(engine, tx, scope, incoming)

    async with Store.open(database, durable=False) as store:
        engine = Engine(store, VirtualClock(START_MS), rooms)
        await engine.start()
        driver = Driver(engine, VirtualClock(START_MS))
        await prepare(driver, "q")
        await put(driver, *range(count))
        await received(driver, "q")
        monkeypatch.setattr(routing, "to_bus", one_chunk_and_no_more)
        await replay(driver)
        await driver.settle()
        assert (await driver("events", "DescribeReplay", ReplayName="r"))["State"] == "RUNNING"
        await engine.stop()
    monkeypatch.undo()
    assert accepted == [REPLAY_CHUNK]
    async with Store.open(database, durable=False) as store:
        clock = VirtualClock(START_MS + 60_000)
        engine = Engine(store, clock, rooms)
        await engine.start()
        driver = Driver(engine, clock)
        await driver.settle()
        assert (await driver("events", "DescribeReplay", ReplayName="r"))["State"] == "COMPLETED"
        numbers = sorted(json.loads(body)["detail"]["n"] for body in await received(driver, "q"))
        assert numbers == list(range(count))
        await engine.stop()


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            {"Destination": {"Arn": RULE + "q"}},
            "ValidationException",
            "Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.",
        ),
        (
            {"EventSourceArn": ARCHIVE + "b"},
            "ValidationException",
            "Parameter EventSourceArn is not valid. Reason: Archive ab does not exist.",
        ),
        (
            {"Destination": {"Arn": BUS, "FilterArns": [RULE + "none"]}},
            "ResourceNotFoundException",
            "Rule none does not exist on EventBus default.",
        ),
    ],
)
async def test_refused_replays(driver: Driver, changes: dict[str, Any], code: str, message: str) -> None:
    await prepare(driver)
    with pytest.raises(AwsError) as caught:
        await replay(driver, **changes)
    assert (caught.value.code, caught.value.message) == (code, message)


async def test_ten_replays_at_a_time(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    await prepare(driver)
    monkeypatch.setattr(replaying, "begin", lambda *_: None)
    for number in range(ACTIVE_REPLAYS):
        await replay(driver, f"r{number}")
    with pytest.raises(AwsError) as caught:
        await replay(driver, "one-more")
    assert caught.value.code == "LimitExceededException"
    with pytest.raises(AwsError) as caught:
        await replay(driver, "r0")
    assert caught.value.message == "Replay r0 already exists."
