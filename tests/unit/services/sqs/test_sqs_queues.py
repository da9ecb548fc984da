"""Queues: created, found, listed, purged and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.unit.services.sqs.conftest import Client

from windsock.kernel.errors import AwsError
from windsock.services.sqs.tables import groups, messages


async def test_creating_again_with_equal_attributes_answers_the_same_url(sqs: Client) -> None:
    first = await sqs.call("CreateQueue", QueueName="q", Attributes={"DelaySeconds": "5"})
    again = await sqs.call("CreateQueue", QueueName="q", Attributes={"DelaySeconds": "5"})
    bare = await sqs.call("CreateQueue", QueueName="q")
    assert first == again == bare == {"QueueUrl": "http://localhost:4566/000000000000/q"}


async def test_creating_again_with_other_attributes_is_refused(sqs: Client) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError) as caught:
        await sqs.create("q", VisibilityTimeout="31")
    assert caught.value.code == "QueueNameExists"
    assert caught.value.message == (
        "A queue already exists with the same name and a different value for attribute VisibilityTimeout"
    )


@pytest.mark.parametrize(
    ("name", "attributes", "message"),
    [
        ("a b", {}, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"),
        (
            "a" * 81,
            {},
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ),
        (
            "a.fifo",
            {},
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ),
        (
            "a",
            {"FifoQueue": "true"},
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
            "must end with .fifo suffix and be 1 to 80 in length",
        ),
    ],
)
async def test_names_that_cannot_be(sqs: Client, name: str, attributes: dict[str, str], message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await sqs.call("CreateQueue", QueueName=name, Attributes=attributes)
    assert (caught.value.code, caught.value.message) == ("InvalidParameterValueException", message)


async def test_the_account_in_the_url_decides_whose_queue_it_is(sqs_of: Callable[[str], Client]) -> None:
    owner, other = sqs_of("111122223333"), sqs_of("444455556666")
    await owner.create("shared")
    await other.call(
        "SendMessage", QueueUrl="https://sqs.eu-west-1.example/111122223333/shared", MessageBody="x"
    )
    assert await owner.bodies("shared") == ["x"]
    found = await other.call("GetQueueUrl", QueueName="shared", QueueOwnerAWSAccountId="111122223333")
    assert found["QueueUrl"].endswith("/111122223333/shared")
    with pytest.raises(AwsError, match=r"QueueDoesNotExist: The specified queue does not exist\."):
        await other.call("GetQueueUrl", QueueName="shared")


@pytest.mark.parametrize("url", ["q", "http://localhost:4566/q", "http://localhost:4566/abc/q"])
async def test_urls_that_are_none(sqs: Client, url: str) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError) as caught:
        await sqs.call("SendMessage", QueueUrl=url, MessageBody="x")
    assert caught.value.code == "InvalidAddress"
    assert caught.value.message == f"The address {url} is not valid for this endpoint."


async def test_queues_are_listed_by_prefix_in_pages(sqs: Client) -> None:
    for name in ("b-1", "a-2", "a-1", "a-3", "ab"):
        await sqs.create(name)
    everything = await sqs.call("ListQueues")
    assert [url.rsplit("/", 1)[1] for url in everything["QueueUrls"]] == ["a-1", "a-2", "a-3", "ab", "b-1"]
    first = await sqs.call("ListQueues", QueueNamePrefix="a-", MaxResults=2)
    assert first["QueueUrls"] == [sqs.url("a-1"), sqs.url("a-2")]
    rest = await sqs.call("ListQueues", QueueNamePrefix="a-", MaxResults=2, NextToken=first["NextToken"])
    assert rest == {"QueueUrls": [sqs.url("a-3")]}
    assert await sqs.call("ListQueues", QueueNamePrefix="zzz") == {}
    with pytest.raises(AwsError, match="Invalid or expired next token"):
        await sqs.call("ListQueues", MaxResults=2, NextToken="\xff")


async def test_a_deleted_queue_is_gone_and_its_name_free_at_once(sqs: Client) -> None:
    await sqs.create("q", VisibilityTimeout="7")
    await sqs.send("q", "old")
    await sqs.call("DeleteQueue", QueueUrl=sqs.url("q"))
    with pytest.raises(AwsError, match="QueueDoesNotExist"):
        await sqs.send("q", "x")
    await sqs.create("q")
    assert await sqs.counts("q") == (0, 0, 0)
    assert (await sqs.attributes("q"))["VisibilityTimeout"] == "30"


async def test_deleting_a_queue_ends_its_long_polls(sqs: Client) -> None:
    await sqs.create("q")
    poll = asyncio.create_task(sqs.receive("q", WaitTimeSeconds=20))
    await sqs.driver.settle()
    await sqs.call("DeleteQueue", QueueUrl=sqs.url("q"))
    with pytest.raises(AwsError, match="QueueDoesNotExist"):
        await poll


async def test_purging_removes_everything_and_not_twice_a_minute(sqs: Client) -> None:
    await sqs.create("q")
    for number in range(1200):
        await sqs.send("q", str(number), DelaySeconds=number % 2)
    [received] = await sqs.receive("q")
    await sqs.call("PurgeQueue", QueueUrl=sqs.url("q"))
    assert await sqs.counts("q") == (0, 0, 0)
    await sqs.delete("q", received)
    with pytest.raises(AwsError) as caught:
        await sqs.call("PurgeQueue", QueueUrl=sqs.url("q"))
    assert caught.value.code == "PurgeQueueInProgress"
    assert caught.value.message == "Only one PurgeQueue operation on q is allowed every 60 seconds."
    await sqs.send("q", "new")
    await sqs.driver.advance(60)
    assert await sqs.bodies("q", 10) == ["new"]
    await sqs.call("PurgeQueue", QueueUrl=sqs.url("q"))


async def test_purged_rows_are_removed_in_chunks(sqs: Client) -> None:
    await sqs.create("q.fifo", ContentBasedDeduplication="true")
    for number in range(1100):
        await sqs.send("q.fifo", str(number), MessageGroupId=f"g{number}")
    await sqs.call("PurgeQueue", QueueUrl=sqs.url("q.fifo"))
    await sqs.driver.advance(0)
    assert sqs.rows(messages) == 0
    assert sqs.rows(groups) == 0


@pytest.mark.parametrize(
    ("operation", "params", "missing"),
    [
        ("CreateQueue", {}, "QueueName"),
        ("SendMessage", {"MessageBody": "x"}, "QueueUrl"),
        ("ReceiveMessage", {}, "QueueUrl"),
        ("DeleteMessage", {"QueueUrl": "http://localhost:4566/000000000000/q"}, "ReceiptHandle"),
        (
            "ChangeMessageVisibility",
            {"QueueUrl": "http://localhost:4566/000000000000/q", "ReceiptHandle": "x"},
            "VisibilityTimeout",
        ),
        ("AddPermission", {}, "Label"),
        ("StartMessageMoveTask", {}, "SourceArn"),
        ("CancelMessageMoveTask", {}, "TaskHandle"),
    ],
)
async def test_parameters_that_are_missing(
    sqs: Client, operation: str, params: dict[str, str], missing: str
) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError) as caught:
        await sqs.call(operation, **params)
    assert caught.value.code == "MissingRequiredParameterException"
    assert caught.value.message == f"The request must contain the parameter {missing}."
