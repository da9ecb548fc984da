"""Replication tasks go through their states, and who subscribes is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError

ACCOUNT = "000000000000"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:tasks"
ARN = f"arn:aws:dms:us-east-1:{ACCOUNT}:task:move"


async def endpoint(driver: Driver, kind: str, **settings: Any) -> str:
    made = await driver("dms", "CreateEndpoint", EndpointIdentifier=kind, EndpointType=kind, **settings)
    return str(made["Endpoint"]["EndpointArn"])


async def listen(driver: Driver) -> None:
    """Have a topic tell one queue, and the bus another."""
    await driver("sns", "CreateTopic", Name="tasks")
    for queue in ("told", "bus"):
        await driver("sqs", "CreateQueue", QueueName=queue)
    await driver("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs",
                 Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:told")  # fmt: skip
    await driver("events", "PutRule", Name="dms", EventPattern='{"source":["aws.dms"]}')
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:bus"}
    await driver("events", "PutTargets", Rule="dms", Targets=[target])


async def make_task(driver: Driver, migration: str, bucket: str) -> None:
    source = await endpoint(driver, "source", EngineName="s3", S3Settings={"BucketName": bucket})
    target = await endpoint(driver, "target", EngineName="mysql")
    await driver(
        "dms",
        "CreateReplicationTask",
        ReplicationTaskIdentifier="move",
        SourceEndpointArn=source,
        TargetEndpointArn=target,
        ReplicationInstanceArn=f"arn:aws:dms:us-east-1:{ACCOUNT}:rep:ONE",
        MigrationType=migration,
        TableMappings="{}",
    )


async def start(driver: Driver) -> None:
    params = {"ReplicationTaskArn": ARN, "StartReplicationTaskType": "start-replication"}
    await driver("dms", "StartReplicationTask", **params)


async def status(driver: Driver) -> str:
    return str((await driver("dms", "DescribeReplicationTasks"))["ReplicationTasks"][0]["Status"])


async def read(driver: Driver, queue: str) -> list[dict[str, Any]]:
    await driver.settle()
    found = []
    url = f"/{ACCOUNT}/{queue}"
    while messages := (await driver("sqs", "ReceiveMessage", QueueUrl=url)).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            await driver("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


@pytest.mark.parametrize(
    ("migration", "bucket", "states", "events"),
    [
        ("full-load", "data", ["creating", "ready", "starting", "stopped"], ["STARTED", "STOPPED"]),
        ("cdc", "data", ["creating", "ready", "starting", "running"], ["STARTED"]),
        ("cdc", "none", ["creating", "ready", "starting", "failed"], ["STARTED", "FAILED"]),
    ],
)
async def test_a_task_goes_through_its_states(
    machine: Machine, migration: str, bucket: str, states: list[str], events: list[str]
) -> None:
    driver = machine.driver
    await listen(driver)
    await driver("s3", "CreateBucket", Bucket="data")
    await make_task(driver, migration, bucket)
    seen = [await status(driver)]
    await driver.advance(10)
    seen.append(await status(driver))
    await start(driver)
    seen.append(await status(driver))
    await machine.restart()
    driver = machine.driver
    await driver.advance(10)
    seen.append(await status(driver))
    assert seen == states
    told = [event["detail"] for event in await read(driver, "bus")]
    assert sorted(each["eventType"].removeprefix("REPLICATION_TASK_") for each in told) == sorted(
        ["CREATED", *events]
    )
    kept = (await driver("dms", "DescribeEvents", SourceIdentifier="move"))["Events"]
    assert sorted(each["Message"] for each in kept) == sorted(each["detailMessage"] for each in told)


async def test_subscribers_are_told_what_they_asked_for(machine: Machine) -> None:
    driver = machine.driver
    await listen(driver)
    subscription = {"SubscriptionName": "s", "SnsTopicArn": TOPIC, "SourceType": "replication-task"}
    made = await driver("dms", "CreateEventSubscription", **subscription, EventCategories=["failure"])
    found = await driver("dms", "DescribeEventSubscriptions")
    assert found["EventSubscriptionsList"] == [made["EventSubscription"]]
    await make_task(driver, "full-load", "none")
    await driver.advance(10)
    await start(driver)
    await driver.advance(10)
    (body,) = await read(driver, "told")
    assert body["Subject"] == "DMS Notification Message"
    message = json.loads(body["Message"])
    assert message.pop("Event Message") == (
        "Replication task has failed.\nReason: Last Error The bucket none does not exist. "
        "Stop Reason FATAL_ERROR Error Level FATAL"
    )
    assert message == {
        "Event Source": "replication-task",
        "Event Time": "2017-01-02 00:00:20.000",
        "Identifier Link": (
            "https://console.aws.amazon.com/dms/home?region=us-east-1#tasks:ids=move\nSourceId: move "
        ),
        "Event ID": "http://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html#DMS-EVENT-0078 ",
    }
    await driver("dms", "ModifyEventSubscription", SubscriptionName="s", Enabled=False)
    await start(driver)
    await driver.advance(10)
    assert await read(driver, "told") == []
    await driver("dms", "DeleteEventSubscription", SubscriptionName="s")
    with pytest.raises(AwsError) as refused:
        await driver("dms", "DescribeEventSubscriptions", SubscriptionName="s")
    assert refused.value.code == "ResourceNotFoundFault"
