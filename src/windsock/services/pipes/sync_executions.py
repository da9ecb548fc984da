"""Express executions that a pipe waits for, as an enrichment or a target.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.services.pipes.definitions import PipeDefinition


async def output_of_execution(
    engine: Engine, pipe: PipeDefinition, machine: Arn, given: str, cause: str
) -> str:
    """The output of an execution with this input. Raises AwsError; TargetError when it does not succeed."""
    answer = await engine.call(
        "stepfunctions",
        "StartSyncExecution",
        {"stateMachineArn": str(machine), "input": given},
        caller=pipe.caller,
        scope=machine.scope,
        cause=cause,
    )
    ended: dict[str, str] = answer or {}
    if ended["status"] != "SUCCEEDED":
        raise TargetError(ended.get("error", ended["status"]), ended.get("cause", ""), retryable=True)
    return ended["output"]
