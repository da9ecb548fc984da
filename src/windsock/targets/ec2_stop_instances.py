"""The EC2 StopInstances API call as a target; its input names the instances.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn
from windsock.targets.ec2_inputs import is_builtin, resource_ids


@target_kind
class StopInstancesTarget(CallTarget):
    """Stops the instances."""

    name = "ec2-stop-instances"
    operation = ("ec2", "StopInstances")

    def accepts(self, arn: Arn) -> bool:
        return is_builtin(arn, "stop-instances")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        return {"InstanceIds": resource_ids(delivery, "i-")}
