"""Event buses: made, changed, listed, deleted, and what AWS refuses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import START_MS, Driver

from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError

PREFIX = "arn:aws:events:us-east-1:000000000000:event-bus/"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:dead"


async def test_the_default_bus_is_there_in_every_account_and_region(driver: Driver) -> None:
    for account, region in (("000000000000", "us-east-1"), ("111122223333", "eu-west-1")):
        bus = await driver("events", "DescribeEventBus", account=account, region=region)
        assert bus == {"Name": "default", "Arn": f"arn:aws:events:{region}:{account}:event-bus/default"}
        listed = await driver("events", "ListEventBuses", account=account, region=region)
        assert [each["Name"] for each in listed["EventBuses"]] == ["default"]


async def test_a_bus_keeps_its_settings(driver: Driver) -> None:
    settings: dict[str, Any] = {
        "Description": "orders",
        "KmsKeyIdentifier": "alias/orders",
        "DeadLetterConfig": {"Arn": QUEUE},
        "LogConfig": {"IncludeDetail": "FULL", "Level": "INFO"},
    }
    created = await driver("events", "CreateEventBus", Name="orders", **settings)
    assert created == {"EventBusArn": PREFIX + "orders", **settings}
    described = await driver("events", "DescribeEventBus", Name=PREFIX + "orders")
    moment = to_datetime(START_MS)
    assert described == {
        "Name": "orders",
        "Arn": PREFIX + "orders",
        "CreationTime": moment,
        "LastModifiedTime": moment,
        **settings,
    }


async def test_an_update_changes_what_it_names(driver: Driver) -> None:
    await driver("events", "CreateEventBus", Name="orders", Description="old", KmsKeyIdentifier="alias/k")
    await driver.advance(60)
    updated = await driver("events", "UpdateEventBus", Name="orders", Description="new")
    assert updated == {
        "Arn": PREFIX + "orders",
        "Name": "orders",
        "Description": "new",
        "KmsKeyIdentifier": "alias/k",
    }
    described = await driver("events", "DescribeEventBus", Name="orders")
    assert described["Description"] == "new"
    assert described["LastModifiedTime"] == to_datetime(START_MS + 60_000)
    assert described["CreationTime"] == to_datetime(START_MS)


async def test_the_default_bus_can_be_updated_too(driver: Driver) -> None:
    await driver("events", "UpdateEventBus", Name="default", KmsKeyIdentifier="alias/k")
    assert (await driver("events", "DescribeEventBus"))["KmsKeyIdentifier"] == "alias/k"
    await driver("events", "UpdateEventBus", Name="default", KmsKeyIdentifier="")
    assert "KmsKeyIdentifier" not in await driver("events", "DescribeEventBus")


async def test_buses_are_listed_by_name_in_pages(driver: Driver) -> None:
    for name in ("zeta", "alpha", "delta"):
        await driver("events", "CreateEventBus", Name=name)
    first = await driver("events", "ListEventBuses", Limit=3)
    assert [each["Name"] for each in first["EventBuses"]] == ["alpha", "default", "delta"]
    second = await driver("events", "ListEventBuses", Limit=3, NextToken=first["NextToken"])
    assert [each["Name"] for each in second["EventBuses"]] == ["zeta"]
    assert "NextToken" not in second
    de = await driver("events", "ListEventBuses", NamePrefix="de")
    assert [each["Name"] for each in de["EventBuses"]] == ["default", "delta"]


async def test_a_bus_with_rules_stays(driver: Driver) -> None:
    await driver("events", "CreateEventBus", Name="orders")
    await driver("events", "PutRule", Name="r", EventBusName="orders", EventPattern='{"source": ["a"]}')
    with pytest.raises(AwsError, match="EventBus can't be deleted since it has rules"):
        await driver("events", "DeleteEventBus", Name="orders")
    await driver("events", "DeleteRule", Name="r", EventBusName="orders")
    await driver("events", "DeleteEventBus", Name="orders")
    await driver("events", "DeleteEventBus", Name="orders")  # a second time is no error


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"Name": "default"}, "ResourceAlreadyExistsException", "Event bus default already exists."),
        ({"Name": "taken"}, "ResourceAlreadyExistsException", "Event bus taken already exists."),
        ({"Name": "team/bus"}, "ValidationException", "Event bus name must not contain '/'."),
        ({"Name": "aws.mine"}, "ValidationException", "EventBus name starting with 'aws.' is not valid."),
        (
            {"Name": "a", "EventSourceName": "aws.partner/a/b"},
            "ValidationException",
            "Event bus name must match event source name.",
        ),
        (
            {"Name": "aws.partner/a/b", "EventSourceName": "aws.partner/a/b"},
            "ResourceNotFoundException",
            "Event source aws.partner/a/b does not exist.",
        ),
        (
            {"Name": "a", "DeadLetterConfig": {"Arn": "arn:aws:sns:us-east-1:000000000000:t"}},
            "ValidationException",
            "sns is not supported as a dead letter resource.",
        ),
        (
            {"Name": "a", "DeadLetterConfig": {"Arn": QUEUE + ".fifo"}},
            "ValidationException",
            "SQS FIFO is not supported by Dead Letter Queues.",
        ),
        (
            {"Name": "a", "Tags": [{"Key": "aws:x", "Value": "y"}]},
            "ValidationException",
            "Tag key aws:x is not valid. Reason: The prefix aws: is reserved.",
        ),
    ],
)
async def test_refused_names_and_settings(
    driver: Driver, params: dict[str, Any], code: str, message: str
) -> None:
    await driver("events", "CreateEventBus", Name="taken")
    with pytest.raises(AwsError) as caught:
        await driver("events", "CreateEventBus", **params)
    assert (caught.value.code, caught.value.message) == (code, message)


async def test_a_hundred_buses_and_no_more(driver: Driver) -> None:
    for number in range(100):
        await driver("events", "CreateEventBus", Name=f"bus-{number}")
    with pytest.raises(AwsError) as caught:
        await driver("events", "CreateEventBus", Name="one-more")
    assert caught.value.code == "LimitExceededException"
    assert caught.value.message == "The requested resource exceeds the maximum number allowed."
    await driver("events", "CreateEventBus", Name="elsewhere", region="eu-west-1")


@pytest.mark.parametrize("token", ["%%%", "gA==", "é"])
async def test_a_token_nobody_gave_is_refused(driver: Driver, token: str) -> None:
    with pytest.raises(AwsError, match="Parameter NextToken is not valid"):
        await driver("events", "ListEventBuses", NextToken=token)


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
async def test_another_scope_s_bus_is_not_found_by_its_arn(driver: Driver, region: str) -> None:
    arn = f"arn:aws:events:{region}:111122223333:event-bus/default"
    with pytest.raises(AwsError) as caught:
        await driver("events", "DescribeEventBus", Name=arn)
    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.message == f"Event bus {arn} does not exist."
