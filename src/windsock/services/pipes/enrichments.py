"""What pipes can enrich their events with, by the service of the ARN.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.sync_executions import output_of_execution

Answer = bytes | str


@dataclass(frozen=True, slots=True)
class Enrichment:
    """`service` and `operation` are what windsock must answer; `enrich` gives JSON for a batch as JSON.

    `enrich` raises AwsError or TargetError.
    """

    service: str
    operation: str
    enrich: Callable[[Engine, PipeDefinition, Arn, bytes, str], Awaitable[Answer]]


async def _by_function(engine: Engine, pipe: PipeDefinition, arn: Arn, batch: bytes, cause: str) -> Answer:
    params = {"FunctionName": str(arn), "InvocationType": "RequestResponse", "Payload": batch}
    answer = await engine.call("lambda", "Invoke", params, caller=pipe.caller, scope=pipe.scope, cause=cause)
    payload: bytes = (answer or {}).get("Payload", b"")
    if answer is not None and "FunctionError" in answer:
        raise TargetError(answer["FunctionError"], payload.decode(errors="replace"), retryable=True)
    return payload


async def _by_machine(engine: Engine, pipe: PipeDefinition, arn: Arn, batch: bytes, cause: str) -> Answer:
    return await output_of_execution(engine, pipe, arn, batch.decode(), cause)


ENRICHMENTS: Final[Mapping[str, Enrichment]] = {
    "lambda": Enrichment("lambda", "Invoke", _by_function),
    "states": Enrichment("stepfunctions", "StartSyncExecution", _by_machine),
}
