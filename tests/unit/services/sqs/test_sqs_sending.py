"""Sending: digests, sizes, characters, delays, batches."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from tests.unit.services.sqs.conftest import Client

from windsock.engine.tables import metric_minutes
from windsock.kernel.errors import AwsError

TEXT = {"DataType": "String", "StringValue": "There"}


async def test_digests_are_those_that_sdks_check(sqs: Client) -> None:
    await sqs.create("q")
    sent = await sqs.send(
        "q",
        "msg",
        MessageAttributes={
            "Help.Me": {"DataType": "String", "StringValue": "Me"},
            "Hello": TEXT,
            "General": {"DataType": "String", "StringValue": "Kenobi"},
        },
        MessageSystemAttributes={
            "AWSTraceHeader": {
                "DataType": "String",
                "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793",
            }
        },
    )
    assert sent["MD5OfMessageBody"] == "6e2baaf3b97dbeef01c0043275f9a0e7"
    assert sent["MD5OfMessageAttributes"] == "4c360f3fdafd970e05fae2f149d997f5"
    assert len(sent["MD5OfMessageSystemAttributes"]) == 32
    [message] = await sqs.receive("q", MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"}


async def test_binary_and_custom_types_come_back_as_they_were(sqs: Client) -> None:
    await sqs.create("q")
    attributes: dict[str, Any] = {
        "bytes": {"DataType": "Binary.gif", "BinaryValue": b"\x00\xff"},
        "number": {"DataType": "Number.float", "StringValue": "-1.5e3"},
        "text": {"DataType": "String", "StringValue": "ü\n"},
    }
    sent = await sqs.send("q", "x", MessageAttributes=attributes)
    [message] = await sqs.receive("q", MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            {f"a{n}": TEXT for n in range(11)},
            r"Number of message attributes \[11\] exceeds the allowed maximum",
        ),
        ({"a": {"DataType": "String", "StringValue": ""}}, "must contain a non-empty value of type 'String'"),
        (
            {"a": {"DataType": "Binary", "BinaryValue": b""}},
            "must contain a non-empty value of type 'Binary'",
        ),
        ({"a": {"DataType": "Number", "StringValue": "many"}}, "Can't cast the value of message"),
        ({"a": {"DataType": "Strings", "StringValue": "x"}}, "type prefixes: Binary, Number, String"),
        ({"a": {"DataType": "", "StringValue": "x"}}, "must contain a non-empty data type"),
        ({".a": TEXT}, "attribute name '.a' is invalid"),
        ({"a..b": TEXT}, "attribute name 'a..b' is invalid"),
        ({"a.": TEXT}, "attribute name 'a.' is invalid"),
        ({"AWS.x": TEXT}, "reserved for internal use"),
    ],
)
async def test_attributes_that_cannot_be(sqs: Client, attributes: Any, message: str) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError, match=message):
        await sqs.send("q", "x", MessageAttributes=attributes)


async def test_only_the_trace_header_is_a_system_attribute(sqs: Client) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError, match="Message system attribute name 'Other' is invalid"):
        await sqs.send("q", "x", MessageSystemAttributes={"Other": TEXT})
    number = {"DataType": "Number", "StringValue": "1"}
    with pytest.raises(AwsError, match="must use field 'String'"):
        await sqs.send("q", "x", MessageSystemAttributes={"AWSTraceHeader": number})


@pytest.mark.parametrize("text", ["\x00", "a\x0b", "\ufffe", "\x1f"])
async def test_characters_that_cannot_be(sqs: Client, text: str) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError, match="InvalidMessageContents: Invalid characters found"):
        await sqs.send("q", text)


@pytest.mark.parametrize("text", ["\t\n\r", "\u20ac", "\U0001f600", "\ufffd", "\x7f"])
async def test_characters_that_can_be(sqs: Client, text: str) -> None:
    await sqs.create("q")
    await sqs.send("q", text)
    assert await sqs.bodies("q") == [text]


async def test_a_message_has_a_body(sqs: Client) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError) as caught:
        await sqs.send("q", "")
    assert caught.value.code == "MissingRequiredParameterException"
    assert caught.value.message == "The request must contain the parameter MessageBody."


async def test_bytes_count_and_attributes_too(sqs: Client) -> None:
    await sqs.create("q", MaximumMessageSize="1024")
    await sqs.send("q", "ä" * 512)
    await sqs.send("q", "x" * 1008, MessageAttributes={"Hello": TEXT})
    for body, attributes in (("ä" * 513, {}), ("x" * 1009, {"Hello": TEXT})):
        with pytest.raises(AwsError, match=r"Reason: Message must be shorter than 1024 bytes\."):
            await sqs.send("q", body, MessageAttributes=attributes)


async def test_delays_of_the_queue_and_of_the_message(sqs: Client) -> None:
    await sqs.create("q", DelaySeconds="10")
    await sqs.send("q", "queue")
    await sqs.send("q", "none", DelaySeconds=0)
    await sqs.send("q", "long", DelaySeconds=20)
    assert await sqs.counts("q") == (1, 0, 2)
    assert await sqs.bodies("q", 10) == ["none"]
    await sqs.driver.advance(9.999)
    assert await sqs.bodies("q", 10) == []
    await sqs.driver.advance(0.001)
    assert await sqs.bodies("q", 10) == ["queue"]
    await sqs.driver.advance(10)
    assert await sqs.bodies("q", 10) == ["long"]
    with pytest.raises(AwsError, match=r"Value 901 .* DelaySeconds must be >= 0 and <= 900"):
        await sqs.send("q", "x", DelaySeconds=901)


async def batch(sqs: Client, *entries: dict[str, Any]) -> dict[str, Any]:
    return await sqs.call("SendMessageBatch", QueueUrl=sqs.url("q"), Entries=list(entries))


async def test_entries_of_a_batch_fail_alone(sqs: Client) -> None:
    await sqs.create("q")
    answer = await batch(
        sqs,
        {"Id": "1", "MessageBody": "a"},
        {"Id": "2", "MessageBody": ""},
        {"Id": "3", "MessageBody": "\x00"},
        {"Id": "4", "MessageBody": "b", "DelaySeconds": 5},
    )
    assert [entry["Id"] for entry in answer["Successful"]] == ["1", "4"]
    assert answer["Failed"] == [
        {
            "Id": "2",
            "SenderFault": True,
            "Code": "MissingParameter",
            "Message": "The request must contain the parameter MessageBody.",
        },
        {
            "Id": "3",
            "SenderFault": True,
            "Code": "InvalidMessageContents",
            "Message": "Invalid characters found. Valid unicode characters are "
            "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        },
    ]
    assert await sqs.counts("q") == (1, 0, 1)


@pytest.mark.parametrize(
    ("entries", "code", "message"),
    [
        (
            [],
            "EmptyBatchRequest",
            "There should be at least one SendMessageBatchRequestEntry in the request.",
        ),
        (
            [{"Id": str(n), "MessageBody": "x"} for n in range(11)],
            "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent 11.",
        ),
        ([{"Id": "a", "MessageBody": "x"}] * 2, "BatchEntryIdsNotDistinct", "Id a repeated."),
        (
            [{"Id": "a" * 81, "MessageBody": "x"}],
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.",
        ),
        (
            [{"Id": str(n), "MessageBody": "x" * 600_000} for n in range(2)],
            "BatchRequestTooLong",
            "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.",
        ),
    ],
)
async def test_batches_that_cannot_be(sqs: Client, entries: list[Any], code: str, message: str) -> None:
    await sqs.create("q")
    with pytest.raises(AwsError) as caught:
        await batch(sqs, *entries)
    assert (caught.value.code, caught.value.message) == (code, message)
    assert await sqs.counts("q") == (0, 0, 0)


async def test_what_was_sent_is_measured(sqs: Client) -> None:
    await sqs.create("q")
    await sqs.send("q", "xxxx")
    await sqs.send("q", "yy")
    [message] = await sqs.receive("q")
    await sqs.delete("q", message)
    await sqs.bodies("q", 10)
    await sqs.bodies("q", 10)
    await sqs.send("q", "flush")
    rows = sqs.driver.engine.store.read(
        lambda tx: tx.rows(
            sa.select(metric_minutes.c.name, metric_minutes.c.total).where(
                metric_minutes.c.namespace == "AWS/SQS", metric_minutes.c.dimensions == '{"QueueName":"q"}'
            )
        )
    )
    assert {row.name: row.total for row in rows} == {
        "NumberOfMessagesSent": 3,
        "SentMessageSize": 11,
        "NumberOfMessagesReceived": 2,
        "NumberOfEmptyReceives": 1,
        "NumberOfMessagesDeleted": 1,
    }
