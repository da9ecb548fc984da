"""Receiving, deleting and hiding messages of standard queues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.services.sqs.conftest import Client

from windsock.kernel.errors import AwsError
from windsock.services.sqs import in_flight
from windsock.services.sqs.pollers import Pollers
from windsock.services.sqs.tables import messages
from windsock.store.transaction import Transaction


async def test_a_received_message_is_hidden_until_its_timeout(sqs: Client) -> None:
    await sqs.create("q", VisibilityTimeout="10")
    await sqs.send("q", "x")
    [first] = await sqs.receive("q", AttributeNames=["ApproximateReceiveCount"])
    assert first["Attributes"] == {"ApproximateReceiveCount": "1"}
    await sqs.driver.advance(9.999)
    assert await sqs.receive("q") == []
    assert await sqs.counts("q") == (0, 1, 0)
    await sqs.driver.advance(0.001)
    [again] = await sqs.receive("q", AttributeNames=["ApproximateReceiveCount"], VisibilityTimeout=3)
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert again["ReceiptHandle"] != first["ReceiptHandle"]
    await sqs.driver.advance(3)
    assert await sqs.bodies("q") == ["x"]


async def test_system_attributes(sqs: Client) -> None:
    await sqs.create("q")
    sent_ms = sqs.driver.clock.now_ms()
    await sqs.send("q", "x", MessageGroupId="fair")
    await sqs.driver.advance(1)
    [message] = await sqs.receive("q", MessageSystemAttributeNames=["All"])
    assert message["Attributes"] == {
        "SenderId": "000000000000",
        "SentTimestamp": str(sent_ms),
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": str(sent_ms + 1000),
        "MessageGroupId": "fair",
    }
    with pytest.raises(AwsError, match="Unknown Attribute Colour"):
        await sqs.receive("q", AttributeNames=["Colour"])


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], set()),
        (["All"], {"a", "a.b", "c"}),
        ([".*"], {"a", "a.b", "c"}),
        (["a"], {"a"}),
        (["a.*"], {"a", "a.b"}),
        (["c", "d"], {"c"}),
        (["A"], set()),
    ],
)
async def test_message_attributes_by_name(sqs: Client, names: list[str], found: set[str]) -> None:
    await sqs.create("q")
    attributes = {name: {"DataType": "String", "StringValue": name} for name in ("a", "a.b", "c")}
    await sqs.send("q", "x", MessageAttributes=attributes)
    [message] = await sqs.receive("q", MessageAttributeNames=names)
    assert set(message.get("MessageAttributes", {})) == found
    assert ("MD5OfMessageAttributes" in message) == bool(found)


async def test_every_handle_of_a_standard_queue_deletes(sqs: Client) -> None:
    await sqs.create("q", VisibilityTimeout="0")
    await sqs.send("q", "x")
    [old] = await sqs.receive("q")
    await sqs.receive("q", VisibilityTimeout=30)
    await sqs.delete("q", old)
    await sqs.delete("q", old)
    assert await sqs.counts("q") == (0, 0, 0)


@pytest.mark.parametrize("handle", ["garbage", "AAAA", "", "MSAyIDM="])
async def test_handles_that_this_queue_never_gave(sqs: Client, handle: str) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError) as caught:
        await sqs.call("DeleteMessage", QueueUrl=sqs.url("q"), ReceiptHandle=handle)
    if handle:
        assert caught.value.code == "ReceiptHandleIsInvalid"
        assert caught.value.message == f'The input receipt handle "{handle}" is not a valid receipt handle.'
    else:
        assert caught.value.code == "MissingRequiredParameterException"


async def test_another_queues_handle_is_invalid(sqs: Client) -> None:
    await sqs.create("a")
    await sqs.create("b")
    await sqs.send("a", "x")
    [message] = await sqs.receive("a")
    with pytest.raises(AwsError, match="ReceiptHandleIsInvalid"):
        await sqs.delete("b", message)


async def test_visibility_can_be_extended_shortened_and_ended(sqs: Client) -> None:
    await sqs.create("q", VisibilityTimeout="10")
    await sqs.send("q", "x")
    [message] = await sqs.receive("q")
    await sqs.driver.advance(5)
    await sqs.hide("q", message, 20)
    await sqs.driver.advance(19)
    assert await sqs.receive("q") == []
    await sqs.hide("q", message, 0)
    assert await sqs.bodies("q") == ["x"]


async def test_visibility_ends_twelve_hours_after_the_receipt(sqs: Client) -> None:
    await sqs.create("q", VisibilityTimeout="43200")
    await sqs.send("q", "x")
    [message] = await sqs.receive("q")
    await sqs.hide("q", message, 43_200)
    await sqs.driver.advance(1)
    with pytest.raises(AwsError) as caught:
        await sqs.hide("q", message, 43_200)
    assert caught.value.message == (
        "Value 43200 for parameter VisibilityTimeout is invalid. "
        "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
    )
    await sqs.hide("q", message, 43_199)
    with pytest.raises(AwsError, match="must be an integer between 0 and 43200"):
        await sqs.hide("q", message, 43_201)


async def test_visibility_of_a_deleted_message_cannot_change(sqs: Client) -> None:
    await sqs.create("q")
    await sqs.send("q", "x")
    [message] = await sqs.receive("q")
    await sqs.delete("q", message)
    with pytest.raises(
        AwsError, match="Message does not exist or is not available for visibility timeout change"
    ):
        await sqs.hide("q", message, 5)


async def test_batches_of_deletes_and_changes(sqs: Client) -> None:
    await sqs.create("q")
    for body in "abc":
        await sqs.send("q", body)
    a, b, _ = await sqs.receive("q", 10)
    entries: list[dict[str, Any]] = [
        {"Id": "a", "ReceiptHandle": a["ReceiptHandle"], "VisibilityTimeout": 0},
        {"Id": "bad", "ReceiptHandle": "bad", "VisibilityTimeout": 0},
    ]
    url = sqs.url("q")
    changed = await sqs.call("ChangeMessageVisibilityBatch", QueueUrl=url, Entries=entries)
    assert changed["Successful"] == [{"Id": "a"}]
    assert [(entry["Id"], entry["Code"]) for entry in changed["Failed"]] == [
        ("bad", "ReceiptHandleIsInvalid")
    ]
    assert await sqs.bodies("q", 10) == ["a"]
    entries = [{"Id": "b", "ReceiptHandle": b["ReceiptHandle"]}, {"Id": "bad", "ReceiptHandle": "bad"}]
    deleted = await sqs.call("DeleteMessageBatch", QueueUrl=url, Entries=entries)
    assert deleted["Successful"] == [{"Id": "b"}]
    assert [entry["Id"] for entry in deleted["Failed"]] == ["bad"]
    assert await sqs.counts("q") == (0, 2, 0)


async def test_a_long_poll_ends_with_the_message_it_waits_for(sqs: Client) -> None:
    await sqs.create("q", ReceiveMessageWaitTimeSeconds="20")
    poll = asyncio.create_task(sqs.bodies("q"))
    await sqs.driver.advance(3)
    assert not poll.done()
    await sqs.send("q", "x")
    await sqs.driver.settle()
    assert poll.done()
    assert await poll == ["x"]


async def test_a_long_poll_without_a_message_ends_after_its_time(sqs: Client) -> None:
    await sqs.create("q")
    poll = asyncio.create_task(sqs.receive("q", WaitTimeSeconds=20))
    await sqs.driver.advance(19.999)
    assert not poll.done()
    await sqs.driver.advance(0.001)
    assert poll.done()
    assert await poll == []


async def test_a_long_poll_sees_delays_and_timeouts_end(sqs: Client) -> None:
    await sqs.create("q")
    await sqs.send("q", "x", DelaySeconds=5)
    poll = asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20, VisibilityTimeout=7))
    await sqs.driver.advance(5)
    assert poll.done()
    # This one waits already when the first poll hides the message again.
    poll = asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20))
    await sqs.driver.advance(7)
    assert poll.done()
    assert await poll == ["x"]


async def test_pollers_that_wait_learn_what_others_hide(sqs: Client) -> None:
    await sqs.create("q")
    polls = [asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20, VisibilityTimeout=4)) for _ in range(3)]
    await sqs.driver.advance(1)
    await sqs.send("q", "x")
    await sqs.driver.settle()
    assert sum(poll.done() for poll in polls) == 1
    await sqs.driver.advance(4)
    assert sum(poll.done() for poll in polls) == 2
    await sqs.driver.advance(4)
    assert [await poll for poll in polls] == [["x"]] * 3


async def test_a_poller_that_goes_away_passes_its_wake_up_on(sqs: Client) -> None:
    await sqs.create("q")
    first = asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20))
    second = asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20))
    await sqs.driver.advance(1)
    first.cancel()
    await sqs.send("q", "x")
    await sqs.driver.settle()
    assert await second == ["x"]


async def test_many_pollers_share_many_messages(sqs: Client) -> None:
    await sqs.create("q")
    polls = [asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20)) for _ in range(20)]
    await sqs.driver.advance(1)
    await asyncio.gather(*(sqs.send("q", str(number)) for number in range(20)))
    await sqs.driver.settle()
    assert all(poll.done() for poll in polls)
    assert sorted([(await poll)[0] for poll in polls], key=int) == [str(number) for number in range(20)]


async def test_too_many_in_flight(sqs: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_flight, "MAX_IN_FLIGHT", 3)
    await sqs.create("q")
    for number in range(5):
        await sqs.send("q", str(number))
    assert len(await sqs.receive("q", 10)) == 3
    with pytest.raises(AwsError, match="OverLimit"):
        await sqs.receive("q")
    poll = asyncio.create_task(sqs.receive("q", WaitTimeSeconds=2))
    await sqs.driver.advance(2)
    assert await poll == []
    await sqs.driver.advance(28)
    assert len(await sqs.receive("q", 2)) == 2


async def test_expired_messages_vanish_to_the_millisecond(sqs: Client) -> None:
    await sqs.create("q", MessageRetentionPeriod="60")
    await sqs.send("q", "old")
    await sqs.driver.advance(30)
    await sqs.send("q", "young")
    await sqs.driver.advance(29.999)
    assert await sqs.counts("q") == (2, 0, 0)
    await sqs.driver.advance(0.001)
    assert await sqs.counts("q") == (1, 0, 0)
    assert await sqs.bodies("q", 10) == ["young"]


async def test_expired_rows_are_swept_out(sqs: Client) -> None:
    await sqs.create("q")
    for number in range(1100):
        await sqs.send("q", str(number))
    await sqs.driver.advance(345_599)
    assert sqs.rows(messages) == 1100
    await sqs.driver.advance(7200)
    assert sqs.rows(messages) == 0


async def test_a_shorter_retention_counts_for_old_messages_too(sqs: Client) -> None:
    await sqs.create("q")
    await sqs.send("q", "x")
    await sqs.driver.advance(100)
    await sqs.set("q", MessageRetentionPeriod="60")
    assert await sqs.counts("q") == (0, 0, 0)
    await sqs.set("q", MessageRetentionPeriod="600")
    assert await sqs.bodies("q") == ["x"]


Leave = Callable[[Transaction, "asyncio.Task[Any]"], object]


@pytest.mark.parametrize(
    "leave",
    [
        lambda _, receiving: receiving.cancel(),
        lambda tx, receiving: tx.after_commit(receiving.cancel),
    ],
    ids=["before the commit", "after the commit"],
)
@pytest.mark.parametrize("queue", ["q", "q.fifo"])
async def test_messages_for_somebody_who_left_are_as_they_were(sqs: Client, queue: str, leave: Leave) -> None:
    await sqs.create(queue)
    group = {"MessageGroupId": "g", "MessageDeduplicationId": "1"} if queue.endswith(".fifo") else {}
    await sqs.send(queue, "hello", **group)
    receiving = asyncio.create_task(sqs.receive(queue))
    # In the same group of changes, after it.
    leaving = asyncio.create_task(sqs.driver.engine.store.write(lambda tx: leave(tx, receiving)))
    await asyncio.wait((receiving, leaving))
    assert receiving.cancelled()
    await sqs.driver.settle()
    assert await sqs.counts(queue) == (1, 0, 0)
    (message,) = await sqs.receive(queue, MessageSystemAttributeNames=["All"])
    assert message["Body"] == "hello"
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


async def test_what_somebody_leaves_goes_to_the_next_who_waits(sqs: Client) -> None:
    await sqs.create("q")
    waiting = asyncio.create_task(sqs.bodies("q", WaitTimeSeconds=20))
    await sqs.driver.settle()
    sending = asyncio.create_task(sqs.send("q", "hello"))
    receiving = asyncio.create_task(sqs.bodies("q"))
    leaving = asyncio.create_task(sqs.driver.engine.store.write(lambda tx: tx.after_commit(receiving.cancel)))
    await asyncio.wait((sending, receiving, leaving))
    assert receiving.cancelled()
    assert await waiting == ["hello"]


@pytest.mark.parametrize(("most", "woken"), [(10, 1), (4, 3), (1, 5)])
async def test_no_more_pollers_look_than_can_take_what_came(sqs: Client, most: int, woken: int) -> None:
    await sqs.create("q")
    pollers = sqs.driver.engine.part(Pollers)
    url = sqs.url("q")
    polls = [asyncio.create_task(sqs.receive("q", most, WaitTimeSeconds=20)) for _ in range(5)]
    await sqs.driver.settle()
    asleep: list[int] = []
    entries = [{"Id": str(number), "MessageBody": "x"} for number in range(10)]

    def count(tx: Transaction) -> None:
        (line,) = pollers._waiting.values()
        tx.after_commit(lambda: asleep.append(sum(not poller.event.is_set() for poller in line)))

    sending = asyncio.create_task(sqs.call("SendMessageBatch", QueueUrl=url, Entries=entries))
    counting = asyncio.create_task(sqs.driver.engine.store.write(count))
    await asyncio.gather(sending, counting)
    assert asleep == [5 - woken]
    await sqs.driver.settle()
    await sqs.driver.advance(20)
    assert sum([len(await poll) for poll in polls]) == min(10, 5 * most)
