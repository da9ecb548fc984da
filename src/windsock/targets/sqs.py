"""An SQS queue as a target; a FIFO queue needs `SqsParameters.MessageGroupId`.

As at AWS no deduplication id is sent: "the queue must have content-based deduplication enabled".
Source: `SqsParameters` in https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.call_target import call_for
from windsock.engine.engine import Engine
from windsock.engine.targets import BatchTargetKind, Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class QueueTarget(BatchTargetKind):
    """Sends the body as a message. Deliveries to a FIFO queue keep their order."""

    name = "sqs"
    together = 10  # API_SendMessageBatch

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sqs"

    def refuse(self, target: Mapping[str, Any], arn: Arn) -> str | None:
        if arn.resource.endswith(".fifo") and not target.get("SqsParameters", {}).get("MessageGroupId"):
            return f"Parameter(s) SqsParameters must be specified for target: {target['Id']}."
        return None

    def ordered(self, target: Mapping[str, Any]) -> bool:
        return str(target["Arn"]).endswith(".fifo")

    async def deliver_many(self, engine: Engine, deliveries: list[Delivery]) -> None:
        first = deliveries[0]
        entries = {str(number): delivery for number, delivery in enumerate(deliveries)}
        await call_for(
            engine,
            first,
            "sqs",
            "SendMessageBatch",
            {
                "QueueUrl": _path(first.arn),
                "Entries": [{"Id": entry, **_message(each)} for entry, each in entries.items()],
            },
            completes={entry: each.task for entry, each in entries.items()},
        )

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        params = {"QueueUrl": _path(delivery.arn), **_message(delivery)}
        await call_for(engine, delivery, "sqs", "SendMessage", params, completes=delivery.task)


def _path(queue: Arn) -> str:
    return f"/{queue.account}/{queue.resource}"


def _message(delivery: Delivery) -> dict[str, str]:
    """The message; one to a standard queue may have a group too, which makes the queue a fair one."""
    message = {"MessageBody": delivery.body}
    group = delivery.target.get("SqsParameters", {}).get("MessageGroupId")
    return {**message, "MessageGroupId": group} if group else message
