"""SSM Run Command as a target: a document run on instances.

The event is not passed on: an input of the target's own gives the document's parameters.
Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RunCommandParameters.html and
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget, input_object
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn


@target_kind
class RunCommandTarget(CallTarget):
    """Sends the command."""

    name = "ssm-run-command"
    operation = ("ssm", "SendCommand")

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "ssm" and arn.resource.startswith("document/")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        params: dict[str, Any] = {
            "DocumentName": delivery.arn.resource.removeprefix("document/"),
            "Targets": delivery.target["RunCommandParameters"]["RunCommandTargets"],
        }
        given = input_object(delivery)
        if given:
            params["Parameters"] = {
                name: value if isinstance(value, list) else [value] for name, value in given.items()
            }
        return params
