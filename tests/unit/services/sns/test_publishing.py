"""Publish and PublishBatch: what a message must be, and where it may go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import QUEUE_ARN, bodies, make_queue, make_topic, subscribe

from windsock.kernel.errors import AwsError

STRING = {"DataType": "String", "StringValue": "x"}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"Message": ""}, "Invalid parameter: Empty message"),
        ({"Message": "m", "Subject": ""}, "Invalid parameter: Subject"),
        ({"Message": "m", "Subject": "x" * 101}, "Invalid parameter: Subject"),
        ({"Message": "m", "Subject": "two\nlines"}, "Invalid parameter: Subject"),
        ({"Message": "m", "Subject": " leading"}, "Invalid parameter: Subject"),
        ({"Message": "ü" * 131_073}, "Invalid parameter: Message too long"),
        (
            {"Message": "m" * 262_140, "MessageAttributes": {"a": STRING}},
            "Invalid parameter: Message too long",
        ),
        (
            {"Message": "{", "MessageStructure": "json"},
            "Invalid parameter: Message Structure - JSON message body failed to parse",
        ),
        (
            {"Message": "m", "MessageDeduplicationId": "d"},
            "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId "
            "parameter that is not valid for this topic type",
        ),
        (
            {"Message": "m", "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "many"}}},
            "Could not cast message attribute 'n' value to number.",
        ),
        (
            {"Message": "m", "MessageAttributes": {"a..b": STRING}},
            "Message attribute name can not have successive '.' character.",
        ),
        (
            {"Message": "m", "MessageAttributes": {"a": {"StringValue": "x"}}},
            "1 validation error detected: Value null at 'messageAttributes.a.member.dataType' failed to "
            "satisfy constraint: Member must not be null",
        ),
    ],
)
async def test_a_wrong_message_is_refused(driver: Driver, params: dict[str, Any], message: str) -> None:
    topic = await make_topic(driver)
    with pytest.raises(AwsError) as refused:
        await driver("sns", "Publish", TopicArn=topic, **params)
    assert refused.value.message == message


async def test_the_largest_message_passes(driver: Driver) -> None:
    topic = await make_topic(driver)
    assert await driver("sns", "Publish", TopicArn=topic, Message="m" * 262_144)


async def test_a_target_must_be_given(driver: Driver) -> None:
    with pytest.raises(AwsError) as refused:
        await driver("sns", "Publish", Message="m")
    assert refused.value.message == (
        "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter"
    )


async def test_a_topic_can_be_the_target(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    await driver("sns", "Publish", TargetArn=topic, Message="m")
    assert await bodies(driver, url) == ["m"]


async def test_each_entry_of_a_batch_has_its_outcome(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    answer = await driver(
        "sns", "PublishBatch", TopicArn=topic,
        PublishBatchRequestEntries=[
            {"Id": "good", "Message": "m", "Subject": "s"},
            {"Id": "bad", "Message": "m", "Subject": "two\nlines"},
        ],
    )  # fmt: skip
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert answer["Failed"] == [
        {
            "Id": "bad",
            "Code": "InvalidParameter",
            "Message": "Invalid parameter: Subject",
            "SenderFault": True,
        }
    ]
    assert await bodies(driver, url) == ["m"]


@pytest.mark.parametrize(
    ("ids", "code", "message"),
    [
        ([], "EmptyBatchRequest", "The batch request doesn't contain any entries."),
        (
            [str(number) for number in range(11)],
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ),
        (
            ["1", "1"],
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ),
        (
            ["a b"],
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request can contain only alphanumeric characters, "
            "hyphens and underscores.",
        ),
    ],
)
async def test_wrong_ids_fail_the_whole_batch(
    driver: Driver, ids: list[str], code: str, message: str
) -> None:
    topic = await make_topic(driver)
    with pytest.raises(AwsError) as refused:
        await driver(
            "sns", "PublishBatch", TopicArn=topic,
            PublishBatchRequestEntries=[{"Id": each, "Message": "m"} for each in ids],
        )  # fmt: skip
    assert (refused.value.code, refused.value.message) == (code, message)


async def test_one_subscriber_with_trouble_holds_nobody_up(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(
        driver, topic, "lambda", "arn:aws:lambda:us-east-1:000000000000:function:absent",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": QUEUE_ARN + "dead"}),
    )  # fmt: skip
    dead = await make_queue(driver, "dead")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    assert await bodies(driver, url) == ["m"]
    [undelivered] = await bodies(driver, dead)
    assert json.loads(undelivered)["Message"] == "m"
