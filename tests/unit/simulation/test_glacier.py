"""Vaults tell of jobs that are done, and those take their time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError

ACCOUNT = "000000000000"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:done"
HOUR = 3600


async def glacier(driver: Driver, operation: str, **params: Any) -> dict[str, Any]:
    return await driver("glacier", operation, accountId="-", vaultName="vault", **params)


async def make_vault(driver: Driver) -> str:
    """A vault that tells a topic, and that a queue; the id of the archive in it."""
    await driver("sns", "CreateTopic", Name="done")
    await driver("sqs", "CreateQueue", QueueName="done")
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:done"
    await driver("sns", "Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=queue)
    await glacier(driver, "CreateVault")
    config = {"SNSTopic": TOPIC, "Events": ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]}
    await glacier(driver, "SetVaultNotifications", vaultNotificationConfig=config)
    archive = await glacier(driver, "UploadArchive", body=b"a year", archiveDescription="2016")
    return str(archive["archiveId"])


async def told(driver: Driver) -> list[dict[str, Any]]:
    answer = await driver("sqs", "ReceiveMessage", QueueUrl=f"/{ACCOUNT}/done", MaxNumberOfMessages=10)
    return [json.loads(json.loads(message["Body"])["Message"]) for message in answer.get("Messages", ())]


async def refused(driver: Driver, operation: str, **params: Any) -> str:
    with pytest.raises(AwsError) as error:
        await glacier(driver, operation, **params)
    return error.value.code


@pytest.mark.parametrize(
    ("tier", "seconds"), [("Expedited", 300), ("Standard", 5 * HOUR), ("Bulk", 12 * HOUR)]
)
async def test_an_archive_is_there_once_the_topic_is_told(machine: Machine, tier: str, seconds: int) -> None:
    driver = machine.driver
    archive = await make_vault(driver)
    wanted = {"Type": "archive-retrieval", "ArchiveId": archive, "Tier": tier, "Description": "mine"}
    job = (await glacier(driver, "InitiateJob", jobParameters=wanted))["jobId"]
    await driver.advance(seconds - 1)
    assert await told(driver) == []
    assert (await glacier(driver, "DescribeJob", jobId=job))["StatusCode"] == "InProgress"
    assert await refused(driver, "GetJobOutput", jobId=job) == "InvalidParameterValueException"
    await machine.restart()
    driver = machine.driver
    await driver.advance(1)
    (message,) = await told(driver)
    described = await glacier(driver, "DescribeJob", jobId=job)
    assert described == {name: value for name, value in message.items() if value is not None}
    assert (message["StatusCode"], message["JobDescription"], message["ArchiveSizeInBytes"]) == (
        "Succeeded",
        "mine",
        6,
    )
    output = await glacier(driver, "GetJobOutput", jobId=job)
    assert output["body"] == b"a year"


async def test_an_inventory_lists_the_archives(machine: Machine) -> None:
    driver = machine.driver
    archive = await make_vault(driver)
    job = await glacier(driver, "InitiateJob", jobParameters={"Type": "inventory-retrieval"})
    await driver.advance(5 * HOUR)
    (message,) = await told(driver)
    assert message["Action"] == "InventoryRetrieval"
    output = await glacier(driver, "GetJobOutput", jobId=job["jobId"])
    assert [each["ArchiveId"] for each in json.loads(output["body"])["ArchiveList"]] == [archive]


async def test_who_is_told(machine: Machine) -> None:
    driver = machine.driver
    archive = await make_vault(driver)
    config = {"SNSTopic": TOPIC, "Events": ["InventoryRetrievalCompleted"]}
    await glacier(driver, "SetVaultNotifications", vaultNotificationConfig=config)
    assert await glacier(driver, "GetVaultNotifications") == {"vaultNotificationConfig": config}
    wanted = {"Type": "archive-retrieval", "ArchiveId": archive}
    await glacier(driver, "InitiateJob", jobParameters=wanted)
    await glacier(driver, "InitiateJob", jobParameters={**wanted, "SNSTopic": TOPIC, "Description": "told"})
    await driver.advance(5 * HOUR)
    assert [message["JobDescription"] for message in await told(driver)] == ["told"]
    await glacier(driver, "DeleteVaultNotifications")
    assert await refused(driver, "GetVaultNotifications") == "ResourceNotFoundException"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("DescribeJob", {"jobId": "none"}, "ResourceNotFoundException"),
    ("InitiateJob", {"jobParameters": {"Type": "select"}}, "InvalidParameterValueException"),
    ("InitiateJob", {"jobParameters": {"Type": "archive-retrieval", "ArchiveId": "none"}},
     "ResourceNotFoundException"),
    ("InitiateJob", {"jobParameters": {"Type": "inventory-retrieval", "Format": "CSV"}}, "NotImplemented"),
    ("SetVaultNotifications", {"vaultNotificationConfig": {"SNSTopic": TOPIC, "Events": ["Other"]}},
     "InvalidParameterValueException"),
    ("SetVaultNotifications", {"vaultNotificationConfig": {"SNSTopic": "topic", "Events": []}},
     "InvalidParameterValueException"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "params", "code"), REFUSED)
async def test_what_is_refused(machine: Machine, operation: str, params: dict[str, Any], code: str) -> None:
    await make_vault(machine.driver)
    assert await refused(machine.driver, operation, **params) == code
