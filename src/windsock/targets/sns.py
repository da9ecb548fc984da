"""An SNS topic as a target.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class TopicTarget(CallTarget):
    """Publishes the body to the topic."""

    name = "sns"
    operation = ("sns", "Publish")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sns" and ":" not in arn.resource and "/" not in arn.resource

    def params(self, delivery: Delivery) -> dict[str, Any]:
        params: dict[str, Any] = {"TopicArn": str(delivery.arn), "Message": delivery.body}
        if delivery.arn.resource.endswith(".fifo"):
            params["MessageGroupId"] = delivery.rule_arn
            params["MessageDeduplicationId"] = delivery.task.id
        return params
