"""An SNS topic as a target.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.delivery import caller_for
from windsock.engine.engine import Engine
from windsock.engine.targets import Delivery, TargetKind, target_kind
from windsock.kernel.arns import Arn


@target_kind
class TopicTarget(TargetKind):
    """Publishes the body to the topic."""

    name = "sns"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sns" and ":" not in arn.resource and "/" not in arn.resource

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        params: dict[str, Any] = {"TopicArn": str(delivery.arn), "Message": delivery.body}
        if delivery.arn.resource.endswith(".fifo"):
            params["MessageGroupId"] = delivery.rule_arn
            params["MessageDeduplicationId"] = delivery.task.id
        await engine.call(
            "sns",
            "Publish",
            params,
            caller=caller_for(delivery),
            scope=delivery.arn.scope,
            cause=f"task:{delivery.task.id}",
            completes=delivery.task,
        )
