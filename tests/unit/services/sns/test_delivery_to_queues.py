"""Publish to SQS: the envelope, raw delivery, filters, per-protocol texts, dead letters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Driver

QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:"


async def make_queue(driver: Driver, name: str, **attributes: str) -> str:
    """A queue; its URL."""
    url: str = (await driver("sqs", "CreateQueue", QueueName=name, Attributes=attributes))["QueueUrl"]
    return url


async def make_topic(driver: Driver, name: str = "news", **attributes: str) -> str:
    """A topic; its ARN."""
    arn: str = (await driver("sns", "CreateTopic", Name=name, Attributes=attributes))["TopicArn"]
    return arn


async def subscribe(driver: Driver, topic: str, queue: str, **attributes: str) -> str:
    """A subscription of a queue; its ARN."""
    answer = await driver(
        "sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=QUEUE_ARN + queue, Attributes=attributes
    )
    arn: str = answer["SubscriptionArn"]
    return arn


async def receive(driver: Driver, url: str) -> list[dict[str, Any]]:
    """Every message in a queue, with everything there is to know."""
    await driver.settle()
    answer = await driver(
        "sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"],
        MessageAttributeNames=["All"],
    )  # fmt: skip
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


async def test_a_notification_is_the_envelope_aws_sends(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    subscription = await subscribe(driver, topic, "q")
    published = await driver(
        "sns", "Publish", TopicArn=topic, Subject="Hi", Message='say "hello"\nto all',
        MessageAttributes={
            "store": {"DataType": "String", "StringValue": "example"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
        },
    )  # fmt: skip
    [message] = await receive(driver, url)
    body = message["Body"]
    fields = json.loads(body)
    assert list(fields) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
        "SigningCertURL", "UnsubscribeURL", "MessageAttributes",
    ]  # fmt: skip
    assert body.startswith(
        '{\n  "Type" : "Notification",\n  "MessageId" : "' + published["MessageId"] + '",\n  "TopicArn" : '
    )
    assert body.endswith(
        '  "MessageAttributes" : {\n    "store" : {"Type":"String","Value":"example"},\n'
        '    "bytes" : {"Type":"Binary","Value":"AgME"}\n  }\n}'
    )
    assert fields["Message"] == 'say "hello"\nto all'
    assert fields["Timestamp"] == "2017-01-02T00:00:00.000Z"
    assert fields["UnsubscribeURL"] == (
        f"http://localhost:4566/?Action=Unsubscribe&SubscriptionArn={subscription}"
    )
