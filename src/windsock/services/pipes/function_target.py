"""Lambda functions as targets of pipes: they are given the whole batch.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

from collections.abc import Sequence

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.stages import json_array
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, reported_failures


class FunctionTarget(TargetKind):
    """Invokes the function with the batch as an array; it may answer which of the messages failed."""

    service = "lambda"
    operation = "Invoke"

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        given = pipe.parameters.get("LambdaFunctionParameters", {})
        waits = given.get("InvocationType", "REQUEST_RESPONSE") == "REQUEST_RESPONSE"
        answer = await engine.call(
            self.service,
            self.operation,
            {
                "FunctionName": str(pipe.target),
                "InvocationType": "RequestResponse" if waits else "Event",
                "Payload": json_array([each.text for each in batch]),
            },
            caller=pipe.caller,
            scope=pipe.target.scope,
            cause=cause,
        )
        payload: bytes = (answer or {}).get("Payload") or b"null"
        if answer is not None and "FunctionError" in answer:
            raise TargetError(answer["FunctionError"], payload.decode(errors="replace"), retryable=True)
        return reported_failures(payload, batch)
