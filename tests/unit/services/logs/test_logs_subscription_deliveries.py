"""What subscription filters match reaches who subscribed to it."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.lambda_.lambda_helpers import make_function
from tests.unit.services.logs.conftest import Logs

from windsock.engine.operations import Params, Result
from windsock.engine.tables import metric_minutes, tasks
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT

FUNCTION = f"arn:aws:lambda:us-east-1:{DEFAULT_ACCOUNT}:function:work"
STREAM = f"arn:aws:kinesis:us-east-1:{DEFAULT_ACCOUNT}:stream/s"
ROLE = f"arn:aws:iam::{DEFAULT_ACCOUNT}:role/r"


async def subscribed(logs: Logs, pattern: str, destination: str = FUNCTION, **params: Any) -> None:
    await logs(
        "PutSubscriptionFilter", logGroupName="g", filterName="f", filterPattern=pattern,
        destinationArn=destination, **params,
    )  # fmt: skip


async def told(driver: Driver) -> list[dict[str, Any]]:
    """What the function was invoked with, unpacked."""
    await driver.settle()
    rows = driver.engine.store.read(
        lambda tx: tx.rows(tasks.select().where(tasks.c.kind == "lambda.async").order_by(tasks.c.id))
    )
    events = [json.loads(json.loads(row.payload)["event"]) for row in rows]
    return [json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"]))) for event in events]


@pytest.fixture
async def group(logs: Logs) -> Logs:
    await make_function(logs.driver)
    await logs.make("g", "s")
    return logs


async def test_a_function_is_invoked_with_the_events_that_match(group: Logs) -> None:
    await subscribed(group, "ERROR")
    await group.put("g", "s", (0, "INFO a"), (1, "ERROR b"), (2, "ERROR c"))
    await group.put("g", "s", (3, "INFO d"))
    [message] = await told(group.driver)
    found = (await group("FilterLogEvents", logGroupName="g", filterPattern="ERROR"))["events"]
    assert message == {
        "messageType": "DATA_MESSAGE",
        "owner": DEFAULT_ACCOUNT,
        "logGroup": "g",
        "logStream": "s",
        "subscriptionFilters": ["f"],
        "logEvents": [
            {"id": event["eventId"], "timestamp": START_MS + number, "message": f"ERROR {word}"}
            for number, word, event in zip((1, 2), "bc", found, strict=True)
        ],
    }


async def test_named_words_are_told_too(group: Logs) -> None:
    await subscribed(group, "[ip, size > 10]")
    await group.put("g", "s", (0, "10.0.0.1 9"), (1, "10.0.0.2 11"))
    [message] = await told(group.driver)
    [event] = message["logEvents"]
    assert event["extractedFields"] == {"ip": "10.0.0.2", "size": "11"}


async def test_what_is_changed_or_gone_sends_no_more(group: Logs) -> None:
    await subscribed(group, "ERROR")
    await group.put("g", "s", (0, "ERROR"))
    await subscribed(group, "WARNING")
    await group.put("g", "s", (1, "ERROR"), (2, "WARNING"))
    await group("DeleteSubscriptionFilter", logGroupName="g", filterName="f")
    await group.put("g", "s", (3, "WARNING"))
    await subscribed(group, "")
    await group("DeleteLogGroup", logGroupName="g")
    await group.make("g", "s")
    await group.put("g", "s", (4, "again"))
    sent = [event["message"] for message in await told(group.driver) for event in message["logEvents"]]
    assert sent == ["ERROR", "WARNING"]


async def test_a_stream_is_sent_to_by_a_destination_and_again_after_an_outage(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: list[dict[str, Any]] = []
    outages = [AwsError("later", code="ServiceUnavailable", status=503)]
    engine = logs.driver.engine
    really = engine.call

    async def call(service: str, operation: str, params: Params, **how: Any) -> Result:
        if service != "kinesis":
            return await really(service, operation, dict(params), **how)
        if outages:
            raise outages.pop()
        records.append({**params, "caller": how["caller"]})
        return {}

    monkeypatch.setattr(engine, "call", call)
    await logs.make("g", "s")
    await logs("PutDestination", destinationName="d", targetArn=STREAM, roleArn=ROLE)
    destination = f"arn:aws:logs:us-east-1:{DEFAULT_ACCOUNT}:destination:d"
    await logs(
        "PutSubscriptionFilter", logGroupName="g", filterName="f", filterPattern="",
        destinationArn=destination,
    )  # fmt: skip
    await logs.put("g", "s", (0, "hello"))
    await logs.driver.settle()
    assert records == []
    await logs.driver.advance(5)
    [record] = records
    assert (record["StreamARN"], record["PartitionKey"]) == (STREAM, "s")
    assert json.loads(gzip.decompress(record["Data"]))["logEvents"][0]["message"] == "hello"
    assert (record["caller"].kind, record["caller"].principal) == ("role", ROLE)
    rows = engine.store.read(lambda tx: tx.rows(metric_minutes.select()))
    forwarded = {row.name: (row.total, json.loads(row.dimensions)) for row in rows}
    which = {"LogGroupName": "g", "DestinationType": "Kinesis", "FilterName": "f"}
    assert forwarded["ForwardedLogEvents"] == (1, which)
    assert forwarded["DeliveryErrors"] == (1, which)
