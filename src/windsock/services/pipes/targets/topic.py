"""SNS topics as targets of pipes; FIFO topics are not among them.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""

from __future__ import annotations

from collections.abc import Sequence

from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.limits import ENTRIES_AT_ONCE
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, failed_ids, pipe_target


@pipe_target
class TopicTarget(TargetKind):
    """Publishes each event."""

    service = "sns"
    operation = "PublishBatch"
    most = ENTRIES_AT_ONCE

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "sns" and ":" not in arn.resource

    def check(self, pipe: PipeDefinition) -> None:
        if pipe.target.resource.endswith(".fifo"):
            raise ValidationError(f"{pipe.target} cannot be a target: it is a FIFO topic.")

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        entries = [{"Id": str(number), "Message": each.text} for number, each in enumerate(batch)]
        answer = await self.call(
            engine, pipe, {"TopicArn": str(pipe.target), "PublishBatchRequestEntries": entries}, cause
        )
        return failed_ids(answer)
