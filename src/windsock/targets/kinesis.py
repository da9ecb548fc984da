"""A Kinesis data stream as a target.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_KinesisParameters.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.dynamic_parameters import resolved
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class StreamTarget(CallTarget):
    """Puts the body as a record; its partition key is the event's id unless a path says otherwise."""

    name = "kinesis"
    operation = ("kinesis", "PutRecord")

    def accepts(self, arn: Arn) -> bool:
        kind, _, stream = arn.resource.partition("/")
        return arn.service == "kinesis" and kind == "stream" and "/" not in stream

    def params(self, delivery: Delivery) -> dict[str, Any]:
        path = delivery.target.get("KinesisParameters", {}).get("PartitionKeyPath", "$.id")
        return {
            "StreamName": delivery.arn.resource.removeprefix("stream/"),
            "Data": delivery.body.encode(),
            "PartitionKey": resolved(path, delivery.event) or delivery.event["id"],
        }
