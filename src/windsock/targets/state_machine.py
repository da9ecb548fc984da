"""A Step Functions state machine as a target.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class StateMachineTarget(CallTarget):
    """Starts an execution on the body, named after the event so that a repeat starts no second one."""

    name = "state-machine"
    operation = ("stepfunctions", "StartExecution")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "states" and arn.resource.startswith("stateMachine:")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "stateMachineArn": str(delivery.arn),
            "name": f"{delivery.event['id']}_{delivery.task.id}",
            "input": delivery.body,
        }
