"""A Firehose delivery stream as a target.

Source: https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class DeliveryStreamTarget(CallTarget):
    """Puts the body as a record."""

    name = "firehose"
    operation = ("firehose", "PutRecord")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "firehose" and arn.resource.startswith("deliverystream/")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "DeliveryStreamName": delivery.arn.resource.removeprefix("deliverystream/"),
            "Record": {"Data": delivery.body.encode()},
        }
