"""State machines as targets of pipes: one execution has the whole batch as its input.

Sources: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetStateMachineParameters.html
and https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

from collections.abc import Sequence

from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.stages import json_array
from windsock.services.pipes.sync_executions import output_of_execution
from windsock.services.pipes.target_kinds import Outgoing, TargetKind, pipe_target, reported_failures


@pipe_target
class StateMachineTarget(TargetKind):
    """Waits for an Express execution, whose output may tell which messages failed, or starts an execution."""

    service = "stepfunctions"
    operation = "StartExecution"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "states" and arn.resource.startswith("stateMachine:")

    async def send(
        self, engine: Engine, pipe: PipeDefinition, batch: Sequence[Outgoing], cause: str
    ) -> set[int]:
        given = json_array([each.text for each in batch]).decode()
        parameters = pipe.parameters.get("StepFunctionStateMachineParameters", {})
        if parameters.get("InvocationType", "REQUEST_RESPONSE") == "REQUEST_RESPONSE":
            output = await output_of_execution(engine, pipe, pipe.target, given, cause)
            return reported_failures(output, batch)
        await self.call(engine, pipe, {"stateMachineArn": str(pipe.target), "input": given}, cause)
        return set()
