"""Messages of a queue as the events of a pipe, and which of them the filters let through.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from windsock.kernel.arns import Arn
from windsock.languages.patterns import matches
from windsock.languages.values import from_json
from windsock.services.pipes.definitions import PipeDefinition

Record = dict[str, Any]


def record_of(message: Mapping[str, Any], source: Arn) -> Record:
    """A message, as ReceiveMessage answers it, as an event."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": str(source),
        "awsRegion": source.region,
    }


def decoded(event: Any) -> Any:
    """An event with a body that is JSON as what it says, for paths to lead into it."""
    body = event.get("body") if isinstance(event, dict) else None
    if not isinstance(body, str):
        return event
    try:
        return {**event, "body": from_json(body)}
    except ValueError:
        return event


def passes(pipe: PipeDefinition, record: Record) -> bool:
    """Whether one of the filters matches; without any, everything passes.

    A body that is a JSON object is one to the patterns, which may look into it; any other is text.
    """
    if not pipe.patterns:
        return True
    inside = decoded(record)
    event = inside if isinstance(inside["body"], dict) else record
    return any(matches(pattern, event) for pattern in pipe.patterns)


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"dataType": value["DataType"]}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return {**attribute, "stringListValues": [], "binaryListValues": []}
