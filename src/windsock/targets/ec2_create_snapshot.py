"""The EC2 CreateSnapshot API call as a target; its input is the id or ARN of a volume.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.call_target import CallTarget
from windsock.engine.targets import Delivery, target_kind
from windsock.kernel.arns import Arn
from windsock.targets.ec2_inputs import is_builtin, resource_ids


@target_kind
class CreateSnapshotTarget(CallTarget):
    """Snapshots the volume."""

    name = "ec2-create-snapshot"
    operation = ("ec2", "CreateSnapshot")

    def accepts(self, arn: Arn) -> bool:
        return is_builtin(arn, "create-snapshot")

    def params(self, delivery: Delivery) -> dict[str, Any]:
        return {"VolumeId": resource_ids(delivery, "vol-")[0]}
