"""AWS::AutoScaling::ScalingPolicy: when and by how much a group scales.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scalingpolicy.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::AutoScaling::ScalingPolicy")
class ScalingPolicy(ByModel):
    """A policy; its id is its ARN."""

    service = "autoscaling"
    create_operation = "PutScalingPolicy"
    update_operation = "PutScalingPolicy"
    delete_operation = "DeletePolicy"
    id_parameter = "PolicyName"
    within = ("AutoScalingGroupName",)
    answer = ("PolicyARN",)
    name_property = "PolicyName"
    tagging = None
    gone = ("ValidationError",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": physical_id, "PolicyName": physical_id.rpartition("policyName/")[2]}

    def known_as(self, existing: Existing) -> str:
        return str(existing.attributes["PolicyName"])
