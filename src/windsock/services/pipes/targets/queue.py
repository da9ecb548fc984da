"""SQS queues as targets of pipes.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetSqsQueueParameters.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from windsock.engine.dynamic_parameters import resolved
from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.limits import ENTRIES_AT_ONCE
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, failed_ids, pipe_target


@pipe_target
class QueueTarget(TargetKind):
    """Sends each event as a message; a FIFO queue needs `SqsQueueParameters.MessageGroupId`."""

    service = "sqs"
    operation = "SendMessageBatch"
    most = ENTRIES_AT_ONCE

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sqs"

    def check(self, pipe: PipeDefinition) -> None:
        given = pipe.parameters.get("SqsQueueParameters", {})
        if pipe.target.resource.endswith(".fifo") and not given.get("MessageGroupId"):
            raise ValidationError(
                f"SqsQueueParameters.MessageGroupId must be specified for target {pipe.target}."
            )

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        entries = [_message(pipe, number, each) for number, each in enumerate(batch)]
        answer = await self.call(
            engine,
            pipe,
            {"QueueUrl": f"/{pipe.target.account}/{pipe.target.resource}", "Entries": entries},
            cause,
        )
        return failed_ids(answer)


def _message(pipe: PipeDefinition, number: int, each: Outgoing) -> dict[str, Any]:
    given = pipe.parameters.get("SqsQueueParameters", {})
    entry = {"Id": str(number), "MessageBody": each.text}
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        if given.get(name):
            entry[name] = resolved(given[name], each.event)
    return entry
