"""Topics: attributes with AWS's defaults and checks, lists, tags, permissions, regions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import QUEUE_ARN, make_topic, subscribe

from windsock.kernel.errors import AwsError


async def attributes_of(driver: Driver, topic: str, **where: str) -> dict[str, Any]:
    attributes: dict[str, Any] = (await driver("sns", "GetTopicAttributes", TopicArn=topic, **where))[
        "Attributes"
    ]
    return attributes


async def test_a_topic_has_the_documented_defaults(driver: Driver) -> None:
    arn = (await driver("sns", "CreateTopic", Name="news", region="eu-west-1"))["TopicArn"]
    assert arn == "arn:aws:sns:eu-west-1:000000000000:news"
    attributes = await attributes_of(driver, arn, region="eu-west-1")
    assert json.loads(attributes.pop("EffectiveDeliveryPolicy"))["http"]["defaultHealthyRetryPolicy"] == {
        "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
        "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
    }  # fmt: skip
    assert json.loads(attributes.pop("Policy"))["Statement"][0]["Resource"] == arn
    assert attributes == {
        "TopicArn": arn,
        "Owner": "000000000000",
        "DisplayName": "",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "0",
    }


async def test_an_attribute_is_set_and_taken_back(driver: Driver) -> None:
    topic = await make_topic(driver)
    policy = {"http": {"defaultHealthyRetryPolicy": {"numRetries": 5}, "disableSubscriptionOverrides": True}}
    for name, value in (("DisplayName", "News"), ("DeliveryPolicy", json.dumps(policy))):
        await driver("sns", "SetTopicAttributes", TopicArn=topic, AttributeName=name, AttributeValue=value)
    attributes = await attributes_of(driver, topic)
    effective = json.loads(attributes["EffectiveDeliveryPolicy"])["http"]
    assert attributes["DisplayName"] == "News"
    assert effective["defaultHealthyRetryPolicy"]["numRetries"] == 5
    assert effective["disableSubscriptionOverrides"] is True
    await driver(
        "sns", "SetTopicAttributes", TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=""
    )
    assert "DeliveryPolicy" not in await attributes_of(driver, topic)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("NoSuchThing", "x", "Invalid parameter: AttributeName"),
        ("FifoTopic", "true", "Invalid parameter: AttributeName"),
        (
            "SignatureVersion", "3",
            "Invalid parameter: SignatureVersion: Invalid value [3]. Must be one of 1, 2.",
        ),
        (
            "ContentBasedDeduplication", "true",
            "Invalid parameter: ContentBasedDeduplication: can only be set for FIFO topics",
        ),
        ("Policy", "{", "Invalid parameter: Policy Error: null"),
        ("DeliveryPolicy", "no json", "Invalid parameter: DeliveryPolicy: failed to parse JSON."),
        ("DeliveryPolicy", '{"http": []}', "Invalid parameter: DeliveryPolicy: http must be an object"),
        (
            "DeliveryPolicy", '{"http": {"defaultHealthyRetryPolicy": {"numRetries": 101}}}',
            "Invalid parameter: DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be between 0 "
            "and 100",
        ),
        (
            "SQSSuccessFeedbackSampleRate", "101",
            "Invalid parameter: SQSSuccessFeedbackSampleRate: Invalid value [101]. "
            "Must be an integer between 0 and 100.",
        ),
    ],
)  # fmt: skip
async def test_wrong_attributes_are_refused(driver: Driver, name: str, value: str, message: str) -> None:
    topic = await make_topic(driver)
    with pytest.raises(AwsError) as refused:
        await driver("sns", "SetTopicAttributes", TopicArn=topic, AttributeName=name, AttributeValue=value)
    assert (refused.value.code, refused.value.message) == ("InvalidParameter", message)


async def test_fifo_attributes_are_kept(driver: Driver) -> None:
    topic = await make_topic(
        driver, "t.fifo", FifoTopic="true", FifoThroughputScope="MessageGroup",
        ArchivePolicy='{"MessageRetentionPeriod":"30"}',
    )  # fmt: skip
    attributes = await attributes_of(driver, topic)
    assert attributes["FifoThroughputScope"] == "MessageGroup"
    assert attributes["ArchivePolicy"] == '{"MessageRetentionPeriod":"30"}'
    assert attributes["ContentBasedDeduplication"] == "false"


async def test_permissions_are_statements_of_the_policy(driver: Driver) -> None:
    topic = await make_topic(driver)
    grant: dict[str, Any] = {
        "TopicArn": topic,
        "Label": "l",
        "AWSAccountId": ["111122223333"],
        "ActionName": ["Publish", "Subscribe"],
    }
    await driver("sns", "AddPermission", **grant)
    statements = json.loads((await attributes_of(driver, topic))["Policy"])["Statement"]
    assert statements[1] == {
        "Sid": "l",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": ["SNS:Publish", "SNS:Subscribe"],
        "Resource": topic,
    }
    with pytest.raises(AwsError, match="Invalid parameter: Statement already exists"):
        await driver("sns", "AddPermission", **grant)
    await driver("sns", "RemovePermission", TopicArn=topic, Label="l")
    assert len(json.loads((await attributes_of(driver, topic))["Policy"])["Statement"]) == 1


async def test_topics_are_listed_a_hundred_a_page(driver: Driver) -> None:
    made = [await make_topic(driver, f"t{number:03d}") for number in range(101)]
    first = await driver("sns", "ListTopics")
    second = await driver("sns", "ListTopics", NextToken=first["NextToken"])
    listed = [topic["TopicArn"] for page in (first, second) for topic in page["Topics"]]
    assert listed == made
    assert len(first["Topics"]) == 100
    assert "NextToken" not in second
    with pytest.raises(AwsError, match="Invalid parameter: NextToken"):
        await driver("sns", "ListTopics", NextToken="no token!")


async def test_a_topic_of_another_region_is_an_invalid_parameter(driver: Driver) -> None:
    topic = await make_topic(driver)
    calls: list[tuple[str, dict[str, str]]] = [
        ("GetTopicAttributes", {}),
        ("SetTopicAttributes", {"AttributeName": "DisplayName", "AttributeValue": "x"}),
        ("Publish", {"Message": "m"}),
        ("Subscribe", {"Protocol": "email", "Endpoint": "a@example.com"}),
        ("ListSubscriptionsByTopic", {}),
        ("DeleteTopic", {}),
    ]
    for operation, params in calls:
        with pytest.raises(AwsError) as refused:
            await driver("sns", operation, TopicArn=topic, region="eu-west-1", **params)
        assert refused.value.message == "Invalid parameter: TopicArn", operation


async def test_deleting_a_topic_deletes_its_subscriptions(driver: Driver) -> None:
    topic = await make_topic(driver)
    subscription = await subscribe(driver, topic, "sqs", QUEUE_ARN + "q")
    await driver("sns", "DeleteTopic", TopicArn=topic)
    with pytest.raises(AwsError, match="NotFound: Subscription does not exist"):
        await driver("sns", "GetSubscriptionAttributes", SubscriptionArn=subscription)
    with pytest.raises(AwsError, match="NotFound: Topic does not exist"):
        await driver("sns", "Publish", TopicArn=topic, Message="m")


async def test_a_topic_has_fifty_tags_at_most(driver: Driver) -> None:
    topic = await make_topic(driver)
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(51)]
    with pytest.raises(AwsError, match="TagLimitExceeded"):
        await driver("sns", "TagResource", ResourceArn=topic, Tags=tags)
    with pytest.raises(AwsError, match="ResourceNotFound"):
        await driver("sns", "ListTagsForResource", ResourceArn=topic + "x")
