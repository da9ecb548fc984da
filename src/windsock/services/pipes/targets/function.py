"""Lambda functions as targets of pipes: they are given the whole batch.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

from collections.abc import Sequence

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.stages import json_array
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, pipe_target, reported_failures


@pipe_target
class FunctionTarget(TargetKind):
    """Invokes the function with the batch as an array; it may answer which of the messages failed."""

    service = "lambda"
    operation = "Invoke"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "lambda" and arn.resource.startswith("function:")

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        given = pipe.parameters.get("LambdaFunctionParameters", {})
        waits = given.get("InvocationType", "REQUEST_RESPONSE") == "REQUEST_RESPONSE"
        answer = await self.call(
            engine,
            pipe,
            {
                "FunctionName": str(pipe.target),
                "InvocationType": "RequestResponse" if waits else "Event",
                "Payload": json_array([each.text for each in batch]),
            },
            cause,
        )
        payload: bytes = answer.get("Payload") or b"null"
        if "FunctionError" in answer:
            raise TargetError(answer["FunctionError"], payload.decode(errors="replace"), retryable=True)
        return reported_failures(payload, batch)
