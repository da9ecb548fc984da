"""Topics: attributes with AWS's defaults, idempotent creation, lists, tags, permissions."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Driver
from windsock.kernel.errors import AwsError


async def test_a_topic_has_the_documented_defaults(driver: Driver) -> None:
    created = await driver("sns", "CreateTopic", Name="news", region="eu-west-1")
    arn = created["TopicArn"]
    assert arn == "arn:aws:sns:eu-west-1:000000000000:news"
    attributes = (await driver("sns", "GetTopicAttributes", TopicArn=arn, region="eu-west-1"))["Attributes"]
    assert json.loads(attributes.pop("EffectiveDeliveryPolicy"))["http"]["defaultHealthyRetryPolicy"] == {
        "minDelayTarget": 20,
        "maxDelayTarget": 20,
        "numRetries": 3,
        "numMaxDelayRetries": 0,
        "numNoDelayRetries": 0,
        "numMinDelayRetries": 0,
        "backoffFunction": "linear",
    }
    assert json.loads(attributes.pop("Policy"))["Statement"][0]["Resource"] == arn
    assert attributes == {
        "TopicArn": arn,
        "Owner": "000000000000",
        "DisplayName": "",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "0",
    }
