"""An SQS queue as a target; a FIFO queue needs `SqsParameters.MessageGroupId`.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.delivery import caller_for
from windsock.engine.engine import Engine
from windsock.engine.targets import Delivery, TargetKind, target_kind
from windsock.kernel.arns import Arn


@target_kind
class QueueTarget(TargetKind):
    """Sends the body as a message. Deliveries to a FIFO queue keep their order."""

    name = "sqs"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sqs"

    def refuse(self, target: Mapping[str, Any], arn: Arn) -> str | None:
        if arn.resource.endswith(".fifo") and not target.get("SqsParameters", {}).get("MessageGroupId"):
            return f"Parameter(s) SqsParameters must be specified for target: {target['Id']}."
        return None

    def ordered(self, target: Mapping[str, Any]) -> bool:
        return str(target["Arn"]).endswith(".fifo")

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        params: dict[str, Any] = {
            "QueueUrl": f"/{delivery.arn.account}/{delivery.arn.resource}",
            "MessageBody": delivery.body,
        }
        if delivery.arn.resource.endswith(".fifo"):
            params["MessageGroupId"] = delivery.target["SqsParameters"]["MessageGroupId"]
            params["MessageDeduplicationId"] = delivery.task.id
        await engine.call(
            "sqs",
            "SendMessage",
            params,
            caller=caller_for(delivery),
            scope=delivery.arn.scope,
            cause=f"task:{delivery.task.id}",
            completes=delivery.task,
        )
