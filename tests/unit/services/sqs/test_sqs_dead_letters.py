"""Dead-letter queues and moving messages back out of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.services.sqs.conftest import Client

from windsock.kernel.errors import AwsError
from windsock.services.sqs.tables import move_tasks


async def with_dead_letters(sqs: Client, suffix: str = "", *, receives: int = 2, **attributes: str) -> None:
    policy = json.dumps({"deadLetterTargetArn": sqs.arn(f"dead{suffix}"), "maxReceiveCount": receives})
    await sqs.create(f"dead{suffix}")
    await sqs.create(f"q{suffix}", RedrivePolicy=policy, VisibilityTimeout="0", **attributes)


async def kill(sqs: Client, suffix: str = "") -> None:
    """Receive until nothing comes any more."""
    while await sqs.receive(f"q{suffix}", 10):
        pass


async def test_a_message_received_too_often_moves_as_it_is(sqs: Client) -> None:
    await with_dead_letters(sqs)
    sent_ms = sqs.driver.clock.now_ms()
    attributes = {"a": {"DataType": "String", "StringValue": "b"}}
    sent = await sqs.send("q", "x", MessageAttributes=attributes)
    await sqs.driver.advance(1)
    assert len(await sqs.receive("q")) == len(await sqs.receive("q")) == 1
    assert await sqs.counts("dead") == (0, 0, 0)
    assert await sqs.receive("q") == []
    assert await sqs.counts("q") == (0, 0, 0)
    [dead] = await sqs.receive("dead", AttributeNames=["All"], MessageAttributeNames=["All"])
    assert dead["MessageId"] == sent["MessageId"]
    assert dead["MessageAttributes"] == attributes
    assert dead["Attributes"]["DeadLetterQueueSourceArn"] == sqs.arn("q")
    assert dead["Attributes"]["SentTimestamp"] == str(sent_ms)
    assert dead["Attributes"]["ApproximateReceiveCount"] == "3"


async def test_live_messages_come_although_dead_ones_are_before_them(sqs: Client) -> None:
    await with_dead_letters(sqs, receives=1)
    for number in range(25):
        await sqs.send("q", str(number))
    for _ in range(2):
        await sqs.receive("q", 10)
    await sqs.send("q", "live")
    assert "live" in await sqs.bodies("q", 10)
    await kill(sqs)
    assert await sqs.counts("dead") == (26, 0, 0)


async def test_without_its_dead_letter_queue_a_message_stays(sqs: Client) -> None:
    await with_dead_letters(sqs, receives=1)
    await sqs.send("q", "x")
    await sqs.call("DeleteQueue", QueueUrl=sqs.url("dead"))
    for _ in range(3):
        assert await sqs.bodies("q") == ["x"]


async def test_a_dead_letter_of_a_fifo_queue_lets_its_group_go_on(sqs: Client) -> None:
    await with_dead_letters(sqs, ".fifo", receives=1, ContentBasedDeduplication="true")
    await sqs.send("q.fifo", "a1", MessageGroupId="a")
    assert await sqs.bodies("q.fifo", 10) == ["a1"]
    await sqs.send("q.fifo", "a2", MessageGroupId="a")
    assert await sqs.bodies("q.fifo", 10) == ["a2"]
    await kill(sqs, ".fifo")
    dead = await sqs.receive("dead.fifo", 10, AttributeNames=["MessageGroupId"])
    assert [(m["Body"], m["Attributes"]["MessageGroupId"]) for m in dead] == [("a1", "a"), ("a2", "a")]


async def dead_letters(sqs: Client, number: int) -> None:
    await with_dead_letters(sqs, receives=1)
    for each in range(number):
        await sqs.send("q", str(each))
    await kill(sqs)
    assert await sqs.counts("dead") == (number, 0, 0)


async def listed(sqs: Client, **params: Any) -> list[dict[str, Any]]:
    answer = await sqs.call("ListMessageMoveTasks", SourceArn=sqs.arn("dead"), **params)
    results: list[dict[str, Any]] = answer.get("Results", [])
    return results


async def test_messages_move_back_to_their_sources_as_new_ones(sqs: Client) -> None:
    await dead_letters(sqs, 250)
    before = await sqs.receive("dead", VisibilityTimeout=0)
    await sqs.call("StartMessageMoveTask", SourceArn=sqs.arn("dead"))
    await sqs.driver.advance(0)
    assert (await sqs.counts("q"), await sqs.counts("dead")) == ((250, 0, 0), (0, 0, 0))
    [message] = await sqs.receive("q", AttributeNames=["All"])
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in message["Attributes"]
    assert message["MessageId"] != before[0]["MessageId"]
    [task] = await listed(sqs)
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": sqs.arn("dead"),
        "ApproximateNumberOfMessagesMoved": 250,
        "ApproximateNumberOfMessagesToMove": 250,
        "StartedTimestamp": sqs.driver.clock.now_ms(),
    }


@pytest.mark.parametrize(("rate", "seconds", "moved"), [(1, 2.5, 3), (30, 1, 31), (500, 0.1, 51)])
async def test_a_rate_is_kept(sqs: Client, rate: int, seconds: float, moved: int) -> None:
    await dead_letters(sqs, 60)
    await sqs.create("elsewhere")
    await sqs.call(
        "StartMessageMoveTask",
        SourceArn=sqs.arn("dead"),
        DestinationArn=sqs.arn("elsewhere"),
        MaxNumberOfMessagesPerSecond=rate,
    )
    await sqs.driver.advance(seconds)
    [task] = await listed(sqs)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("RUNNING", moved)
    assert await sqs.counts("elsewhere") == (moved, 0, 0)
    await sqs.driver.advance(60)
    assert await sqs.counts("elsewhere") == (60, 0, 0)
    assert (await listed(sqs))[0]["Status"] == "COMPLETED"


async def test_a_task_can_be_cancelled_and_another_started(sqs: Client) -> None:
    await dead_letters(sqs, 10)
    start = {"SourceArn": sqs.arn("dead"), "MaxNumberOfMessagesPerSecond": 1}
    handle = (await sqs.call("StartMessageMoveTask", **start))["TaskHandle"]
    await sqs.driver.advance(3)
    with pytest.raises(AwsError, match="There is already a task running"):
        await sqs.call("StartMessageMoveTask", **start)
    cancelled = await sqs.call("CancelMessageMoveTask", TaskHandle=handle)
    assert cancelled == {"ApproximateNumberOfMessagesMoved": 4}
    await sqs.driver.advance(10)
    assert await sqs.counts("dead") == (6, 0, 0)
    with pytest.raises(AwsError, match="UnsupportedOperation"):
        await sqs.call("CancelMessageMoveTask", TaskHandle=handle)
    await sqs.call("StartMessageMoveTask", **start)
    assert [task["Status"] for task in await listed(sqs, MaxResults=10)] == ["RUNNING", "CANCELLED"]
    assert len(await listed(sqs)) == 1


async def test_messages_that_never_were_elsewhere_have_no_way_back(sqs: Client) -> None:
    await dead_letters(sqs, 2)
    await sqs.send("dead", "sent here")
    await sqs.call("StartMessageMoveTask", SourceArn=sqs.arn("dead"))
    await sqs.driver.advance(0)
    [task] = await listed(sqs)
    assert task["Status"] == "FAILED"
    assert task["FailureReason"] == "CouldNotDetermineMessageSource"
    assert task["ApproximateNumberOfMessagesMoved"] == 2


async def test_messages_in_flight_and_later_ones_are_not_moved(sqs: Client) -> None:
    await dead_letters(sqs, 3)
    await sqs.receive("dead", VisibilityTimeout=100)
    await sqs.call("StartMessageMoveTask", SourceArn=sqs.arn("dead"), MaxNumberOfMessagesPerSecond=1)
    await sqs.send("dead", "later")
    await sqs.driver.advance(5)
    assert (await sqs.counts("q"), await sqs.counts("dead")) == ((2, 0, 0), (1, 1, 0))
    assert (await listed(sqs))[0]["Status"] == "COMPLETED"


async def test_a_fifo_move_keeps_the_order_of_groups(sqs: Client) -> None:
    await with_dead_letters(sqs, ".fifo", receives=1, ContentBasedDeduplication="true")
    for number in range(6):
        await sqs.send("q.fifo", str(number), MessageGroupId="ab"[number % 2])
    await kill(sqs, ".fifo")
    [locked] = await sqs.receive("dead.fifo", VisibilityTimeout=100)
    await sqs.call("StartMessageMoveTask", SourceArn=sqs.arn("dead.fifo"))
    await sqs.driver.advance(0)
    other = [str(n) for n in range(6) if n % 2 != int(locked["Body"]) % 2]
    assert await sqs.bodies("q.fifo", 10) == other


async def test_tasks_that_cannot_be(sqs: Client) -> None:
    await with_dead_letters(sqs)
    await sqs.create("other.fifo")
    for params, message in (
        ({"SourceArn": sqs.arn("none")}, "specified for the SourceArn parameter doesn't exist"),
        ({"SourceArn": "none"}, "You must use this format to specify the SourceArn"),
        ({"SourceArn": sqs.arn("q")}, "Source queue must be configured as a Dead Letter Queue"),
        ({"SourceArn": sqs.arn("dead"), "DestinationArn": sqs.arn("dead")}, "cannot be the same"),
        ({"SourceArn": sqs.arn("dead"), "DestinationArn": sqs.arn("other.fifo")}, "of the same queue type"),
        ({"SourceArn": sqs.arn("dead"), "MaxNumberOfMessagesPerSecond": 501}, "Must be between 1 and 500"),
    ):
        with pytest.raises(AwsError, match=message):
            await sqs.call("StartMessageMoveTask", **params)
    assert await listed(sqs) == []


async def test_the_latest_ten_move_tasks_are_kept(sqs: Client) -> None:
    await dead_letters(sqs, 1)
    for _ in range(12):
        await sqs.call("StartMessageMoveTask", SourceArn=sqs.arn("dead"))
        await sqs.driver.advance(1)
    assert len(await listed(sqs, MaxResults=10)) == 10
    assert sqs.rows(move_tasks) == 10
