"""FIFO queues: order, groups, deduplication, receive attempts."""

from __future__ import annotations

import pytest
from tests.unit.services.sqs.conftest import Client

from windsock.kernel.errors import AwsError
from windsock.services.sqs.tables import attempts, deduplications, groups, messages

Q = "q.fifo"


@pytest.fixture
async def fifo(sqs: Client) -> Client:
    await sqs.create(Q, ContentBasedDeduplication="true", VisibilityTimeout="10")
    return sqs


async def fill(client: Client, *bodies: str) -> None:
    """Send bodies; the first letter is the group."""
    for body in bodies:
        await client.send(Q, body, MessageGroupId=body[0])


async def test_one_group_first_then_the_next_and_both_locked(fifo: Client) -> None:
    await fill(fifo, "a1", "b1", "a2", "b2", "a3")
    assert await fifo.bodies(Q, 4) == ["a1", "a2", "a3", "b1"]
    assert await fifo.bodies(Q, 10) == []
    await fill(fifo, "c1")
    assert await fifo.bodies(Q, 10) == ["c1"]


async def test_a_group_goes_on_when_its_messages_are_deleted(fifo: Client) -> None:
    await fill(fifo, "a1", "a2", "a3")
    first, second = await fifo.receive(Q, 2)
    await fifo.delete(Q, first)
    assert await fifo.bodies(Q, 10) == []
    await fifo.delete(Q, second)
    assert await fifo.bodies(Q, 10) == ["a3"]


async def test_a_group_starts_over_when_its_messages_were_not_deleted(fifo: Client) -> None:
    await fill(fifo, "a1", "a2", "a3")
    await fifo.receive(Q, 2)
    await fifo.driver.advance(10)
    assert await fifo.bodies(Q, 10) == ["a1", "a2", "a3"]


async def test_giving_a_message_back_unlocks_only_what_is_before_the_next_hidden_one(fifo: Client) -> None:
    await fill(fifo, "a1", "a2", "a3")
    first, second, third = await fifo.receive(Q, 3)
    await fifo.hide(Q, second, 0)
    assert await fifo.bodies(Q, 10) == []
    await fifo.hide(Q, first, 0)
    assert await fifo.bodies(Q, 10) == ["a1", "a2"]
    await fifo.delete(Q, third)


async def test_sequence_numbers_grow(fifo: Client) -> None:
    sent = [await fifo.send(Q, str(number), MessageGroupId="g") for number in range(3)]
    numbers = [answer["SequenceNumber"] for answer in sent]
    assert numbers == sorted(numbers)
    assert all(len(number) == 20 and number.isdigit() for number in numbers)
    received = await fifo.receive(Q, 3, AttributeNames=["All"])
    assert [message["Attributes"]["SequenceNumber"] for message in received] == numbers
    assert received[0]["Attributes"]["MessageGroupId"] == "g"
    assert len(received[0]["Attributes"]["MessageDeduplicationId"]) == 64


async def test_a_repeat_within_five_minutes_is_answered_and_not_delivered(fifo: Client) -> None:
    first = await fifo.send(Q, "x", MessageGroupId="a")
    await fifo.driver.advance(299.999)
    assert await fifo.send(Q, "x", MessageGroupId="b") == first
    [message] = await fifo.receive(Q, 10)
    await fifo.delete(Q, message)
    await fifo.driver.advance(0.001)
    again = await fifo.send(Q, "x", MessageGroupId="a")
    assert again["MessageId"] != first["MessageId"]


async def test_deduplication_within_groups(sqs: Client) -> None:
    await sqs.create(Q, DeduplicationScope="messageGroup")
    for group in ("a", "b", "a"):
        await sqs.send(Q, group, MessageGroupId=group, MessageDeduplicationId="same")
    assert await sqs.bodies(Q, 10) == ["a", "b"]


async def test_a_new_deduplication_scope_counts_after_a_minute(sqs: Client) -> None:
    await sqs.create(Q)
    await sqs.set(Q, DeduplicationScope="messageGroup")
    for group in ("a", "b"):
        await sqs.send(Q, group, MessageGroupId=group, MessageDeduplicationId="early")
    await sqs.driver.advance(60)
    for group in ("c", "d"):
        await sqs.send(Q, group, MessageGroupId=group, MessageDeduplicationId="late")
    assert await sqs.bodies(Q, 10) == ["a", "c", "d"]


async def test_a_batch_keeps_its_order_and_drops_its_repeats(fifo: Client) -> None:
    entries = [
        {"Id": str(number), "MessageBody": body, "MessageGroupId": "g"} for number, body in enumerate("abcab")
    ]
    answer = await fifo.call("SendMessageBatch", QueueUrl=fifo.url(Q), Entries=entries)
    ids = [entry["MessageId"] for entry in answer["Successful"]]
    assert ids[3:] == ids[:2]
    assert await fifo.bodies(Q, 10) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({}, "MissingRequiredParameterException", "The request must contain the parameter MessageGroupId."),
        (
            {"MessageGroupId": "a", "DelaySeconds": 1},
            "InvalidParameterValueException",
            "Value 1 for parameter DelaySeconds is invalid. "
            "Reason: The request include parameter that is not valid for this queue type.",
        ),
        (
            {"MessageGroupId": "ä"},
            "InvalidParameterValueException",
            "Value ä for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
            "alphanumeric and punctuation characters. 1 to 128 in length.",
        ),
        (
            {"MessageGroupId": "a", "MessageDeduplicationId": "x" * 129},
            "InvalidParameterValueException",
            f"Value {'x' * 129} for parameter MessageDeduplicationId is invalid. Reason: "
            "MessageDeduplicationId can only include alphanumeric and punctuation characters. "
            "1 to 128 in length.",
        ),
    ],
)
async def test_sends_that_cannot_be(fifo: Client, params: dict[str, object], code: str, message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await fifo.send(Q, "x", **params)
    assert (caught.value.code, caught.value.message) == (code, message)


async def test_a_standard_queue_takes_no_deduplication_id(sqs: Client) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError, match="not valid for this queue type"):
        await sqs.send("q", "x", MessageDeduplicationId="a")


async def test_only_the_latest_handle_works_and_only_in_its_time(fifo: Client) -> None:
    await fill(fifo, "a1")
    [old] = await fifo.receive(Q)
    await fifo.driver.advance(10)
    with pytest.raises(AwsError, match="The receipt handle has expired"):
        await fifo.delete(Q, old)
    with pytest.raises(AwsError, match="not available for visibility timeout change"):
        await fifo.hide(Q, old, 5)
    [new] = await fifo.receive(Q)
    with pytest.raises(AwsError, match="The receipt handle has expired"):
        await fifo.delete(Q, old)
    await fifo.delete(Q, new)
    await fifo.delete(Q, new)
    assert fifo.rows(messages) == fifo.rows(groups) == 0


async def test_a_receive_attempt_can_be_repeated(fifo: Client) -> None:
    await fill(fifo, "a1", "a2", "b1")
    first = await fifo.receive(Q, 2, ReceiveRequestAttemptId="one", AttributeNames=["All"])
    await fifo.driver.advance(5)
    assert await fifo.receive(Q, 2, ReceiveRequestAttemptId="one", AttributeNames=["All"]) == first
    # The repeat hid them for ten seconds more.
    await fifo.driver.advance(9)
    assert await fifo.bodies(Q, 10, ReceiveRequestAttemptId="two") == ["b1"]
    await fifo.delete(Q, first[0])
    assert await fifo.receive(Q, 2, ReceiveRequestAttemptId="one") == []


async def test_what_is_remembered_is_forgotten_in_time(sqs: Client) -> None:
    await sqs.create(Q, ContentBasedDeduplication="true", MessageRetentionPeriod="60")
    await fill(sqs, "a1", "b1")
    await sqs.receive(Q, ReceiveRequestAttemptId="one")
    assert (sqs.rows(deduplications), sqs.rows(attempts), sqs.rows(groups)) == (2, 1, 2)
    await sqs.driver.advance(361)
    assert (sqs.rows(deduplications), sqs.rows(attempts), sqs.rows(groups)) == (0, 0, 0)


async def test_expired_messages_do_not_hold_their_group_up(sqs: Client) -> None:
    await sqs.create(Q, ContentBasedDeduplication="true", MessageRetentionPeriod="100")
    await fill(sqs, "a1")
    await sqs.driver.advance(99)
    await fill(sqs, "a2")
    await sqs.driver.advance(1)
    assert await sqs.bodies(Q, 10) == ["a2"]


async def test_a_queue_delay_holds_the_whole_group(sqs: Client) -> None:
    await sqs.create(Q, ContentBasedDeduplication="true", DelaySeconds="5")
    await fill(sqs, "a1")
    await sqs.set(Q, DelaySeconds="0")
    await fill(sqs, "a2", "b1")
    assert await sqs.bodies(Q, 10) == ["b1"]
    await sqs.driver.advance(5)
    assert await sqs.bodies(Q, 10) == ["a1", "a2"]


async def test_what_is_deduplicated_no_longer_is_forgotten_while_sending_goes_on(fifo: Client) -> None:
    async def send_ten() -> int:
        for number in range(10):
            repeats = f"{fifo.driver.clock.now_ms()}-{number}"
            await fifo.send(Q, "x", MessageGroupId="g", MessageDeduplicationId=repeats)
        return fifo.rows(deduplications)

    assert await send_ten() == 10
    await fifo.driver.advance(299)
    assert await send_ten() == 20
    await fifo.driver.advance(300)
    assert await send_ten() == 10
