"""Queue attributes, permissions and tags."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.unit.services.sqs.conftest import Client

from windsock.kernel.errors import AwsError


async def test_only_the_attributes_asked_for(sqs: Client) -> None:
    await sqs.create("q", DelaySeconds="3")
    assert await sqs.attributes("q", "DelaySeconds", "QueueArn", "Policy") == {
        "DelaySeconds": "3",
        "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q",
    }
    assert await sqs.call("GetQueueAttributes", QueueUrl=sqs.url("q")) == {}
    with pytest.raises(AwsError, match=r"InvalidAttributeName: Unknown Attribute Nonsense\."):
        await sqs.attributes("q", "Nonsense")


async def test_changes_show_and_take_effect_at_once(sqs: Client) -> None:
    await sqs.create("q")
    await sqs.driver.advance(5)
    await sqs.set("q", VisibilityTimeout="1", MaximumMessageSize="1024")
    shown = await sqs.attributes("q")
    assert (shown["VisibilityTimeout"], shown["MaximumMessageSize"]) == ("1", "1024")
    assert int(shown["LastModifiedTimestamp"]) == int(shown["CreatedTimestamp"]) + 5
    await sqs.send("q", "x")
    assert await sqs.bodies("q") == ["x"]
    await sqs.driver.advance(1)
    assert await sqs.bodies("q") == ["x"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("VisibilityTimeout", "43201", "InvalidAttributeValue"),
        ("VisibilityTimeout", "-1", "InvalidAttributeValue"),
        ("VisibilityTimeout", "soon", "InvalidAttributeValue"),
        ("DelaySeconds", "901", "InvalidAttributeValue"),
        ("MaximumMessageSize", "1023", "InvalidAttributeValue"),
        ("MaximumMessageSize", "1048577", "InvalidAttributeValue"),
        ("MessageRetentionPeriod", "59", "InvalidAttributeValue"),
        ("MessageRetentionPeriod", "1209601", "InvalidAttributeValue"),
        ("ReceiveMessageWaitTimeSeconds", "21", "InvalidAttributeValue"),
        ("KmsDataKeyReusePeriodSeconds", "59", "InvalidAttributeValue"),
        ("SqsManagedSseEnabled", "maybe", "InvalidAttributeValue"),
        ("Policy", "{", "InvalidAttributeValue"),
        ("RedriveAllowPolicy", '{"redrivePermission":"byQueue"}', "InvalidAttributeValue"),
        ("RedriveAllowPolicy", '{"redrivePermission":"some"}', "InvalidAttributeValue"),
        ("RedrivePolicy", "{", "InvalidParameterValueException"),
        ("RedrivePolicy", '{"maxReceiveCount":1}', "InvalidParameterValueException"),
        ("Colour", "red", "InvalidAttributeName"),
        ("QueueArn", "x", "InvalidAttributeName"),
        ("FifoQueue", "true", "InvalidAttributeName"),
        ("ContentBasedDeduplication", "true", "InvalidAttributeName"),
        ("DeduplicationScope", "queue", "InvalidAttributeName"),
    ],
)
async def test_values_that_cannot_be(sqs: Client, name: str, value: str, code: str) -> None:
    await sqs.create("q")
    before = await sqs.attributes("q")
    with pytest.raises(AwsError) as caught:
        await sqs.set("q", **{name: value})
    assert caught.value.code == code
    assert await sqs.attributes("q") == before


async def test_the_type_of_a_queue_cannot_change(sqs: Client) -> None:
    await sqs.create("q.fifo")
    with pytest.raises(AwsError) as caught:
        await sqs.set("q.fifo", FifoQueue="false")
    assert caught.value.code == "InvalidAttributeValue"
    assert caught.value.message == (
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
    )


async def test_high_throughput_needs_deduplication_by_group(sqs: Client) -> None:
    with pytest.raises(AwsError, match="perMessageGroupId value is allowed only when"):
        await sqs.create("q.fifo", FifoThroughputLimit="perMessageGroupId")
    await sqs.create("q.fifo", FifoThroughputLimit="perMessageGroupId", DeduplicationScope="messageGroup")
    assert (await sqs.attributes("q.fifo"))["FifoThroughputLimit"] == "perMessageGroupId"


async def test_one_kind_of_encryption_at_a_time(sqs: Client) -> None:
    await sqs.create("q", KmsMasterKeyId="alias/key")
    shown = await sqs.attributes("q")
    assert shown["SqsManagedSseEnabled"] == "false"
    assert shown["KmsDataKeyReusePeriodSeconds"] == "300"
    await sqs.set("q", SqsManagedSseEnabled="true")
    assert "KmsMasterKeyId" not in await sqs.attributes("q")
    with pytest.raises(AwsError, match="one type of server-side encryption"):
        await sqs.set("q", SqsManagedSseEnabled="true", KmsMasterKeyId="alias/key")


async def test_a_dead_letter_queue_must_fit(sqs: Client, sqs_of: Callable[[str], Client]) -> None:
    await sqs.create("dead")
    await sqs.create("dead.fifo")
    await sqs.create("closed", RedriveAllowPolicy=json.dumps({"redrivePermission": "denyAll"}))
    friends = {"redrivePermission": "byQueue", "sourceQueueArns": [sqs.arn("friend")]}
    await sqs.create("friendly", RedriveAllowPolicy=json.dumps(friends))
    await sqs_of("111122223333").create("theirs")
    for arn, reason in (
        (sqs.arn("missing"), "Dead letter target does not exist."),
        (sqs.arn("dead.fifo"), "Dead-letter queue must be same type of queue as the source."),
        (sqs.arn("closed"), "The dead-letter queue's RedriveAllowPolicy does not allow this source queue."),
        (sqs.arn("friendly"), "The dead-letter queue's RedriveAllowPolicy does not allow this source queue."),
        (
            "arn:aws:sqs:us-east-1:111122223333:theirs",
            "Dead-letter target owner should be same as the source.",
        ),
    ):
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
        with pytest.raises(AwsError) as caught:
            await sqs.create("q", RedrivePolicy=policy)
        assert (
            caught.value.message == f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}"
        )
    await sqs.create(
        "friend",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": sqs.arn("friendly"), "maxReceiveCount": "5"}),
    )
    await sqs.create(
        "q", RedrivePolicy=json.dumps({"deadLetterTargetArn": sqs.arn("dead"), "maxReceiveCount": 5})
    )
    sources = await sqs.call("ListDeadLetterSourceQueues", QueueUrl=sqs.url("dead"))
    assert sources == {"queueUrls": [sqs.url("q")]}
    await sqs.set("q", RedrivePolicy="")
    assert "RedrivePolicy" not in await sqs.attributes("q")
    assert await sqs.call("ListDeadLetterSourceQueues", QueueUrl=sqs.url("dead")) == {"queueUrls": []}


@pytest.mark.parametrize("count", [0, 1001, "many", None])
async def test_receive_counts_that_cannot_be(sqs: Client, count: object) -> None:
    await sqs.create("dead")
    with pytest.raises(AwsError, match="valid values are from 1 to 1000 both inclusive"):
        policy = {"deadLetterTargetArn": sqs.arn("dead"), "maxReceiveCount": count}
        await sqs.create("q", RedrivePolicy=json.dumps(policy))


async def test_permissions_are_statements_of_the_policy(sqs: Client) -> None:
    await sqs.create("q")

    async def add(label: str, actions: list[str]) -> None:
        await sqs.call(
            "AddPermission",
            QueueUrl=sqs.url("q"),
            Label=label,
            AWSAccountIds=["111122223333"],
            Actions=actions,
        )

    await add("send", ["SendMessage", "GetQueueUrl"])
    [statement] = json.loads((await sqs.attributes("q"))["Policy"])["Statement"]
    assert statement == {
        "Sid": "send",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": ["SQS:SendMessage", "SQS:GetQueueUrl"],
        "Resource": "arn:aws:sqs:us-east-1:000000000000:q",
    }
    with pytest.raises(AwsError, match="Already exists"):
        await add("send", ["SendMessage"])
    with pytest.raises(AwsError, match="Value FlyAway for parameter ActionName is invalid"):
        await add("fly", ["FlyAway"])
    with pytest.raises(AwsError, match="OverLimit: 8 Actions were found, maximum allowed is 7"):
        await add("all", ["SendMessage"] * 8)
    with pytest.raises(AwsError, match="can't find label on existing policy"):
        await sqs.call("RemovePermission", QueueUrl=sqs.url("q"), Label="other")
    await sqs.call("RemovePermission", QueueUrl=sqs.url("q"), Label="send")
    assert "Policy" not in await sqs.attributes("q")


async def test_tags(sqs: Client) -> None:
    await sqs.call("CreateQueue", QueueName="q", tags={"a": "1"})
    await sqs.call("TagQueue", QueueUrl=sqs.url("q"), Tags={"a": "2", "b": ""})
    assert await sqs.call("ListQueueTags", QueueUrl=sqs.url("q")) == {"Tags": {"a": "2", "b": ""}}
    await sqs.call("UntagQueue", QueueUrl=sqs.url("q"), TagKeys=["a", "b", "c"])
    assert await sqs.call("ListQueueTags", QueueUrl=sqs.url("q")) == {}
    with pytest.raises(AwsError, match="You can add up to 50 tags"):
        await sqs.call("TagQueue", QueueUrl=sqs.url("q"), Tags={str(n): "" for n in range(51)})
    with pytest.raises(AwsError, match="QueueDoesNotExist"):
        await sqs.call("TagQueue", QueueUrl=sqs.url("none"), Tags={"a": "b"})
