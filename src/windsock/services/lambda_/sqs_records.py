"""Messages of SQS as functions receive them, and what a function says of each.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from windsock.kernel.arns import Arn
from windsock.runner.contract import Outcome


def record_of(message: Mapping[str, Any], queue: Arn) -> dict[str, Any]:
    """The record of a message that ReceiveMessage answered."""
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": str(queue),
        "awsRegion": queue.region,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def succeeded(
    outcome: Outcome, records: Iterable[Mapping[str, Any]], *, reports_failures: bool
) -> list[Mapping[str, Any]]:
    """The records that are done with and leave the queue: all, none, or those not reported as failed."""
    if outcome.error:
        return []
    every = list(records)
    if not reports_failures:
        return every
    failed = _reported(outcome.payload)
    if failed is None or not failed <= {record["messageId"] for record in every}:
        return []
    return [record for record in every if record["messageId"] not in failed]


def _reported(payload: bytes) -> frozenset[str] | None:
    """The message ids a function reports as failed; None for a report that is none."""
    try:
        answer = orjson.loads(payload or b"null")
    except orjson.JSONDecodeError:
        return None
    if answer is None:
        return frozenset()
    if not isinstance(answer, dict):
        return None
    failures = answer.get("batchItemFailures") or []
    if not isinstance(failures, list):
        return None
    ids = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    reported = frozenset(each for each in ids if isinstance(each, str) and each)
    return reported if len(ids) == len(failures) and all(each in reported for each in ids) else None


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute
