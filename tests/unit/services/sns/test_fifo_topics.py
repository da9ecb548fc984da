"""FIFO topics: order, groups, deduplication, sequence numbers."""

from __future__ import annotations

import json

import pytest
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import QUEUE_ARN, make_queue, make_topic, receive, subscribe

from windsock.kernel.errors import AwsError
from windsock.services.sns.tables import deduplications


async def fifo_topic(driver: Driver, **attributes: str) -> str:
    return await make_topic(driver, "orders.fifo", FifoTopic="true", **attributes)


async def publish(driver: Driver, topic: str, message: str, **params: str) -> dict[str, str]:
    return await driver("sns", "Publish", TopicArn=topic, Message=message, **params)


async def test_messages_arrive_in_order_with_their_groups(driver: Driver) -> None:
    topic = await fifo_topic(driver, ContentBasedDeduplication="true")
    url = await make_queue(driver, "q.fifo", FifoQueue="true")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q.fifo", RawMessageDelivery="true")
    answers = [await publish(driver, topic, f"m{number}", MessageGroupId="g") for number in range(10)]
    received = await receive(driver, url)
    assert [message["Body"] for message in received] == [f"m{number}" for number in range(10)]
    assert {message["Attributes"]["MessageGroupId"] for message in received} == {"g"}
    numbers = [answer["SequenceNumber"] for answer in answers]
    assert numbers == sorted(numbers)
    assert {len(number) for number in numbers} == {20}


async def test_envelopes_of_fifo_topics_have_a_sequence_number_and_no_signature(driver: Driver) -> None:
    topic = await fifo_topic(driver)
    url = await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q")
    answer = await publish(driver, topic, "m", MessageGroupId="g", MessageDeduplicationId="d")
    [message] = await receive(driver, url)
    fields = json.loads(message["Body"])
    assert list(fields) == [
        "Type", "MessageId", "SequenceNumber", "TopicArn", "Message", "Timestamp", "UnsubscribeURL",
    ]  # fmt: skip
    assert fields["SequenceNumber"] == answer["SequenceNumber"]
    assert "MessageGroupId" not in message["Attributes"]


async def test_a_repeat_within_five_minutes_is_answered_and_not_delivered(driver: Driver) -> None:
    topic = await fifo_topic(driver)
    url = await make_queue(driver, "q.fifo", FifoQueue="true")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q.fifo", RawMessageDelivery="true")
    first = await publish(driver, topic, "one", MessageGroupId="g", MessageDeduplicationId="d")
    await driver.advance(299)
    assert await publish(driver, topic, "two", MessageGroupId="h", MessageDeduplicationId="d") == first
    await driver.advance(1)
    assert await publish(driver, topic, "three", MessageGroupId="h", MessageDeduplicationId="d") != first
    assert [message["Body"] for message in await receive(driver, url)] == ["one", "three"]


async def test_the_scope_of_deduplication_can_be_the_group(driver: Driver) -> None:
    topic = await fifo_topic(driver, FifoThroughputScope="MessageGroup", ContentBasedDeduplication="true")
    first = await publish(driver, topic, "same", MessageGroupId="g")
    assert await publish(driver, topic, "same", MessageGroupId="g") == first
    assert await publish(driver, topic, "same", MessageGroupId="h") != first


async def test_ids_are_forgotten(driver: Driver) -> None:
    topic = await fifo_topic(driver, ContentBasedDeduplication="true")
    await publish(driver, topic, "m", MessageGroupId="g")
    await driver.advance(2 * 3600)
    assert driver.engine.store.read(lambda tx: tx.rows(deduplications.select())) == []


async def test_a_batch_repeats_nothing_either(driver: Driver) -> None:
    topic = await fifo_topic(driver)
    entry = {"Message": "m", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    answer = await driver(
        "sns", "PublishBatch", TopicArn=topic,
        PublishBatchRequestEntries=[{"Id": "1", **entry}, {"Id": "2", **entry}],
    )  # fmt: skip
    first, second = answer["Successful"]
    assert first["SequenceNumber"] == second["SequenceNumber"]
    assert first["MessageId"] == second["MessageId"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"),
        (
            {"MessageGroupId": "g"},
            "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly",
        ),
    ],
)
async def test_what_is_missing_is_told(driver: Driver, params: dict[str, str], message: str) -> None:
    topic = await fifo_topic(driver)
    with pytest.raises(AwsError) as refused:
        await publish(driver, topic, "m", **params)
    assert (refused.value.code, refused.value.message) == ("InvalidParameter", message)


async def test_only_queues_can_subscribe(driver: Driver) -> None:
    topic = await fifo_topic(driver)
    with pytest.raises(AwsError, match="FIFO topics cannot deliver to email endpoints"):
        await subscribe(driver, topic, "email", "a@example.com")


async def test_a_fifo_queue_needs_a_fifo_topic(driver: Driver) -> None:
    topic = await make_topic(driver)
    with pytest.raises(AwsError, match="FIFO SQS Queues can not be subscribed to standard SNS topics"):
        await subscribe(driver, topic, "sqs", QUEUE_ARN + "q.fifo")
