"""Databases: events that are told, modifications that wait, storage that runs out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.service_metrics import report
from windsock.engine.settings import EngineSettings
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.simulation.backend.windows import seconds_until

ACCOUNT = "000000000000"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:databases"
ARN = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:mydb"
MONDAY_MS = 1_483_315_200_000
GIB = 1024**3
HOUR = 3600
DATABASE: dict[str, Any] = {
    "DBInstanceIdentifier": "mydb",
    "Engine": "mysql",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20,
    "MasterUsername": "admin",
    "MasterUserPassword": "password",
    "PreferredMaintenanceWindow": "Mon:03:00-Mon:04:00",
    "BackupRetentionPeriod": 0,
}


async def listen(driver: Driver) -> None:
    """Have a topic (with its default policy) tell one queue, and the bus another; both let anybody in."""
    await driver("sns", "CreateTopic", Name="databases")
    for queue in ("told", "bus"):
        arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue}"
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        await driver("sqs", "CreateQueue", QueueName=queue, Attributes={"Policy": policy})
    await driver("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs",
                 Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:told")  # fmt: skip
    await driver("events", "PutRule", Name="rds", EventPattern='{"source":["aws.rds"]}')
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:bus"}
    await driver("events", "PutTargets", Rule="rds", Targets=[target])


async def subscribe(driver: Driver, **params: Any) -> None:
    await driver("rds", "CreateEventSubscription", SubscriptionName="s", SnsTopicArn=TOPIC, **params)


async def read(driver: Driver, queue: str) -> list[dict[str, Any]]:
    await driver.settle()
    found = []
    url = f"/{ACCOUNT}/{queue}"
    while messages := (await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)).get(
        "Messages"
    ):
        for message in messages:
            found.append(json.loads(message["Body"]))
            await driver("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


async def told(driver: Driver) -> list[str]:
    """The messages that the topic told."""
    return [json.loads(body["Message"])["Event Message"] for body in await read(driver, "told")]


async def free(driver: Driver, size: float) -> None:
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": "mydb"}]
    datum = {"MetricName": "FreeStorageSpace", "Value": size, "Dimensions": dimensions}
    await report(driver.engine, Scope(ACCOUNT, "us-east-1"), {"Namespace": "AWS/RDS", "MetricData": [datum]})


async def described(driver: Driver) -> dict[str, Any]:
    found: dict[str, Any] = (await driver("rds", "DescribeDBInstances"))["DBInstances"][0]
    return found


@pytest.mark.parametrize("engine_settings", [EngineSettings(), EngineSettings(iam="enforce")])
async def test_an_event_is_published_and_announced(machine: Machine) -> None:
    driver = machine.driver
    await listen(driver)
    await subscribe(driver, SourceType="db-instance")
    await driver("rds", "CreateDBInstance", **DATABASE)
    (body,) = await read(driver, "told")
    assert body["Subject"] == "RDS Notification Message"
    assert json.loads(body["Message"]) == {
        "Event Source": "db-instance",
        "Event Time": "2017-01-02 00:00:00.000",
        "Identifier Link": "https://console.aws.amazon.com/rds/home?region=us-east-1#dbinstance:id=mydb",
        "Source ID": "mydb",
        "Source ARN": ARN,
        "Event ID": (
            "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html#RDS-EVENT-0005"
        ),
        "Event Message": "DB instance created",
    }
    (event,) = await read(driver, "bus")
    assert (event["detail-type"], event["resources"]) == ("RDS DB Instance Event", [ARN])
    assert event["detail"] == {
        "EventCategories": ["creation"],
        "SourceType": "DB_INSTANCE",
        "SourceArn": ARN,
        "Date": "2017-01-02T00:00:00.000Z",
        "Message": "DB instance created",
        "SourceIdentifier": "mydb",
        "EventID": "RDS-EVENT-0005",
    }


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        ({}, ["DB instance restarted", "DB instance stopped", "DB instance started", "DB instance deleted"]),
        ({"EventCategories": ["deletion"]}, ["DB instance deleted"]),
        ({"SourceType": "db-instance", "SourceIds": ["other"]}, []),
        ({"SourceType": "db-snapshot"}, []),
        ({"Enabled": False}, []),
    ],
)
async def test_who_subscribes_to_what(
    machine: Machine, subscription: dict[str, Any], expected: list[str]
) -> None:
    driver = machine.driver
    await listen(driver)
    await driver("rds", "CreateDBInstance", **DATABASE)
    await subscribe(driver, **subscription)
    for operation in ("RebootDBInstance", "StopDBInstance", "StartDBInstance"):
        await driver("rds", operation, DBInstanceIdentifier="mydb")
    await driver("rds", "DeleteDBInstance", DBInstanceIdentifier="mydb", SkipFinalSnapshot=True)
    assert sorted(await told(driver)) == sorted(expected)


async def test_subscriptions_are_modified(machine: Machine) -> None:
    driver = machine.driver
    await listen(driver)
    with pytest.raises(AwsError) as refused:
        await driver("rds", "CreateEventSubscription", SubscriptionName="s", SnsTopicArn=f"{TOPIC}-none")
    assert refused.value.code == "SNSTopicArnNotFound"
    await subscribe(driver, SourceType="db-instance", SourceIds=["other"])
    named = {"SubscriptionName": "s", "SourceIdentifier": "mydb"}
    await driver("rds", "AddSourceIdentifierToSubscription", **named)
    changed = await driver("rds", "ModifyEventSubscription", SubscriptionName="s", EventCategories=["backup"])
    found = await driver("rds", "DescribeEventSubscriptions")
    assert [changed["EventSubscription"]] == found["EventSubscriptionsList"]
    assert changed["EventSubscription"]["SourceIdsList"] == ["other", "mydb"]
    await driver("rds", "RemoveSourceIdentifierFromSubscription", **named)
    with pytest.raises(AwsError) as refused:
        await driver("rds", "RemoveSourceIdentifierFromSubscription", **named)
    assert refused.value.code == "SourceNotFound"


async def test_modifications_wait_for_the_window(machine: Machine) -> None:
    driver = machine.driver
    await listen(driver)
    await driver("rds", "CreateDBInstance", **DATABASE)
    await subscribe(driver)
    await driver("rds", "ModifyDBInstance", DBInstanceIdentifier="mydb", AllocatedStorage=40)
    instance = await described(driver)
    assert (instance["AllocatedStorage"], instance["PendingModifiedValues"]) == (20, {"AllocatedStorage": 40})
    await driver.advance(2 * HOUR)
    await machine.restart()
    driver = machine.driver
    assert (await described(driver))["PendingModifiedValues"] == {"AllocatedStorage": 40}
    await driver.advance(HOUR)
    instance = await described(driver)
    assert (instance["AllocatedStorage"], instance.get("PendingModifiedValues", {})) == (40, {})
    assert await told(driver) == [
        "Applying modification to allocated storage",
        "Finished applying modification to allocated storage",
    ]


async def test_what_is_to_be_applied_immediately_takes_the_pending_along(machine: Machine) -> None:
    driver = machine.driver
    await driver("rds", "CreateDBInstance", **DATABASE)
    modify = {"DBInstanceIdentifier": "mydb"}
    await driver("rds", "ModifyDBInstance", **modify, AllocatedStorage=40)
    await driver("rds", "ModifyDBInstance", **modify, DBInstanceClass="db.m5.large", ApplyImmediately=True)
    instance = await described(driver)
    assert (instance["AllocatedStorage"], instance["DBInstanceClass"]) == (40, "db.m5.large")
    await driver.advance(24 * HOUR)
    assert (await described(driver))["AllocatedStorage"] == 40


@pytest.mark.parametrize(
    ("window", "hours"),
    [
        ("mon:03:00-mon:04:00", 3),
        ("sun:23:30-mon:00:30", 0),
        ("sun:23:00-mon:00:00", 7 * 24 - 1),
        ("Tue:00:00-Tue:01:00", 24),
    ],
)
def test_windows(window: str, hours: float) -> None:
    assert seconds_until(window, MONDAY_MS) == hours * HOUR


async def test_storage_that_runs_out_is_told_once(machine: Machine) -> None:
    driver = machine.driver
    await listen(driver)
    await driver("rds", "CreateDBInstance", **DATABASE)
    await subscribe(driver, SourceType="db-instance", EventCategories=["low storage"])
    for size in (5 * GIB, 1 * GIB, 1 * GIB, 0):
        await free(driver, size)
        await driver.settle()
    events = [json.loads(body["Message"]) for body in await read(driver, "told")]
    assert [event["Event ID"].rpartition("#")[2] for event in events] == ["RDS-EVENT-0089", "RDS-EVENT-0007"]
    assert events[0]["Event Message"].startswith(
        "The free storage capacity for DB instance: mydb is low at 5% of the provisioned storage"
    )
    await free(driver, 5 * GIB)
    await free(driver, 0)
    assert await told(driver) == ["Allocated storage has been exhausted"]
