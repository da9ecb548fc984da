"""Subscriptions: their attributes and lists."""

from __future__ import annotations

import json

import pytest
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import QUEUE_ARN, make_topic, subscribe

from windsock.kernel.errors import AwsError


async def attributes_of(driver: Driver, subscription: str) -> dict[str, str]:
    answer = await driver("sns", "GetSubscriptionAttributes", SubscriptionArn=subscription)
    attributes: dict[str, str] = answer["Attributes"]
    return attributes


async def test_a_queue_of_the_same_account_is_confirmed_at_once(driver: Driver) -> None:
    topic = await make_topic(driver)
    subscription = await subscribe(driver, topic, "sqs", QUEUE_ARN + "q")
    assert await attributes_of(driver, subscription) == {
        "SubscriptionArn": subscription,
        "TopicArn": topic,
        "Owner": "000000000000",
        "Protocol": "sqs",
        "Endpoint": QUEUE_ARN + "q",
        "RawMessageDelivery": "false",
        "PendingConfirmation": "false",
        "ConfirmationWasAuthenticated": "true",
        "SubscriptionPrincipal": "arn:aws:iam::000000000000:root",
    }


async def test_an_http_subscription_shows_its_effective_delivery_policy(driver: Driver) -> None:
    topic = await make_topic(driver)
    subscription = await subscribe(
        driver, topic, "https", "https://example.invalid/in",
        DeliveryPolicy='{"healthyRetryPolicy":{"numRetries":5},"throttlePolicy":{"maxReceivesPerSecond":2}}',
    )  # fmt: skip
    attributes = await attributes_of(driver, subscription)
    effective = json.loads(attributes["EffectiveDeliveryPolicy"])
    assert attributes["PendingConfirmation"] == "true"
    assert effective["healthyRetryPolicy"]["numRetries"] == 5
    assert effective["healthyRetryPolicy"]["minDelayTarget"] == 20
    assert effective["throttlePolicy"] == {"maxReceivesPerSecond": 2}
    assert effective["guaranteed"] is False


@pytest.mark.parametrize(
    ("protocol", "endpoint", "message"),
    [
        ("pigeon", "coop", "Invalid parameter: Amazon SNS does not support this protocol string: pigeon"),
        ("http", "https://example.com", "Invalid parameter: Endpoint must match the specified protocol"),
        ("email", "nobody", "Invalid parameter: Email address"),
        ("sqs", "arn:aws:lambda:us-east-1:000000000000:function:f", "Invalid parameter: SQS endpoint ARN"),
        ("lambda", "f", "Invalid parameter: Lambda endpoint ARN"),
        (
            "application", "arn:aws:sns:us-east-1:000000000000:t",
            "Invalid parameter: Application endpoint arn invalid",
        ),
    ],
)  # fmt: skip
async def test_an_endpoint_fits_its_protocol(
    driver: Driver, protocol: str, endpoint: str, message: str
) -> None:
    topic = await make_topic(driver)
    with pytest.raises(AwsError) as refused:
        await subscribe(driver, topic, protocol, endpoint)
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("NoSuchThing", "x", "Unknown attribute NoSuchThing"),
        ("RedrivePolicy", "{", "RedrivePolicy: failed to parse JSON."),
        (
            "RedrivePolicy", '{"deadLetterTargetArn": "q"}',
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
        ("FilterPolicyScope", "Header", "FilterPolicyScope: Invalid value [Header]. "
         "Please use either MessageBody or MessageAttributes"),
        (
            "DeliveryPolicy", '{"healthyRetryPolicy": {"minDelayTarget": 30}}',
            "DeliveryPolicy: healthyRetryPolicy.maxDelayTarget must be greater than or equal to "
            "minDelayTarget",
        ),
        (
            "DeliveryPolicy", '{"healthyRetryPolicy": {"numRetries": 100, "maxDelayTarget": 100}}',
            "DeliveryPolicy: healthyRetryPolicy exceeds the maximum total delay of 3600 seconds",
        ),
        (
            "DeliveryPolicy", '{"healthyRetryPolicy": {"numRetries": 1, "numNoDelayRetries": 2}}',
            "DeliveryPolicy: healthyRetryPolicy.numRetries must be greater than or equal to the sum of "
            "numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries",
        ),
        (
            "DeliveryPolicy", '{"throttlePolicy": {"maxReceivesPerSecond": 0}}',
            "DeliveryPolicy: throttlePolicy.maxReceivesPerSecond must be greater than or equal to 1",
        ),
        (
            "DeliveryPolicy", '{"healthyRetryPolicy": 3}',
            "DeliveryPolicy: healthyRetryPolicy must be an object",
        ),
    ],
)  # fmt: skip
async def test_wrong_attributes_are_refused(driver: Driver, name: str, value: str, reason: str) -> None:
    topic = await make_topic(driver)
    with pytest.raises(AwsError) as refused:
        await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", **{name: value})
    assert refused.value.message == f"Invalid parameter: Attributes Reason: {reason}"


async def test_a_filter_policy_is_taken_back(driver: Driver) -> None:
    topic = await make_topic(driver)
    subscription = await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", FilterPolicy='{"a":["b"]}')
    assert (await attributes_of(driver, subscription))["FilterPolicyScope"] == "MessageAttributes"
    await driver(
        "sns", "SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName="FilterPolicy",
        AttributeValue="",
    )  # fmt: skip
    assert "FilterPolicy" not in await attributes_of(driver, subscription)


async def test_the_scope_of_a_nested_policy_stays_the_body(driver: Driver) -> None:
    topic = await make_topic(driver)
    subscription = await subscribe(
        driver,
        topic,
        "sqs",
        QUEUE_ARN + "q",
        FilterPolicy='{"a":{"b":["c"]}}',
        FilterPolicyScope="MessageBody",
    )
    with pytest.raises(AwsError, match="does not support nested filter policy"):
        await driver(
            "sns", "SetSubscriptionAttributes", SubscriptionArn=subscription,
            AttributeName="FilterPolicyScope", AttributeValue="MessageAttributes",
        )  # fmt: skip


async def test_lists_have_a_hundred_a_page(driver: Driver) -> None:
    topics = [await make_topic(driver, name) for name in ("a", "b")]
    for number in range(51):
        for topic in topics:
            await subscribe(driver, topic, "sms", f"+1555010{number:04d}")
    first = await driver("sns", "ListSubscriptions")
    second = await driver("sns", "ListSubscriptions", NextToken=first["NextToken"])
    listed = [each["SubscriptionArn"] for page in (first, second) for each in page["Subscriptions"]]
    assert [len(first["Subscriptions"]), len(second["Subscriptions"])] == [100, 2]
    assert len(set(listed)) == 102
    of_topic = await driver("sns", "ListSubscriptionsByTopic", TopicArn=topics[0])
    assert len(of_topic["Subscriptions"]) == 51
    assert of_topic["Subscriptions"][0] == {
        "SubscriptionArn": of_topic["Subscriptions"][0]["SubscriptionArn"],
        "Owner": "000000000000",
        "Protocol": "sms",
        "Endpoint": of_topic["Subscriptions"][0]["Endpoint"],
        "TopicArn": topics[0],
    }
