"""With IAM enforced a service reaches a topic that lets it in: by the default policy or one that names it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.settings import EngineSettings

ACCOUNT = "111122223333"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:hub"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:told"

Call = Callable[..., Awaitable[Any]]


async def resize_cluster(call: Call) -> None:
    await call("redshift", "CreateEventSubscription", SubscriptionName="hub", SnsTopicArn=TOPIC)
    await call(
        "redshift",
        "CreateCluster",
        ClusterIdentifier="clicks",
        NodeType="ra3.large",
        MasterUsername="admin",
        MasterUserPassword="Secret123",
        PreferredMaintenanceWindow="wed:04:00-wed:05:00",
    )


async def launch_environment(call: Call) -> None:
    option = {
        "Namespace": "aws:elasticbeanstalk:sns:topics",
        "OptionName": "Notification Topic ARN",
        "Value": TOPIC,
    }
    await call("elasticbeanstalk", "CreateApplication", ApplicationName="shop")
    await call("elasticbeanstalk", "CreateEnvironment", ApplicationName="shop", OptionSettings=[option])


async def order_device(call: Call) -> None:
    address = await call("snowball", "CreateAddress", Address={"Name": "Studio"})
    await call(
        "snowball",
        "CreateJob",
        JobType="IMPORT",
        Resources={"S3Resources": []},
        AddressId=address["AddressId"],
        ShippingOption="STANDARD",
        Notification={"SnsTopicARN": TOPIC, "JobStatesToNotify": ["New"]},
    )


DOES: Final = {
    "redshift": resize_cluster,
    "elasticbeanstalk": launch_environment,
    "importexport": order_device,
}


async def told(driver: Driver) -> int:
    """How many messages the topic passed on."""
    await driver.advance(90)
    found = await driver("sqs", "ReceiveMessage", account=ACCOUNT, QueueUrl=f"/{ACCOUNT}/told")
    return len(found.get("Messages", ()))


@pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])
@pytest.mark.parametrize(
    ("service", "let_in", "messages"),
    [
        ("redshift", None, 1),
        ("redshift", "lambda", 0),
        ("elasticbeanstalk", None, 0),
        ("elasticbeanstalk", "elasticbeanstalk", 1),
        ("importexport", None, 0),
        ("importexport", "importexport", 1),
    ],
)
async def test_a_topic_lets_a_service_in(
    machine: Machine, service: str, let_in: str | None, messages: int
) -> None:
    async def call(of: str, operation: str, **params: Any) -> Any:
        return await machine.driver(of, operation, account=ACCOUNT, **params)

    await call("sns", "CreateTopic", Name="hub")
    if let_in is not None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": f"{let_in}.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": TOPIC,
        }
        await call(
            "sns",
            "SetTopicAttributes",
            TopicArn=TOPIC,
            AttributeName="Policy",
            AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await call("sqs", "CreateQueue", QueueName="told", Attributes={"Policy": policy})
    await call("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    await DOES[service](call)
    assert await told(machine.driver) == messages
