"""AWS::AutoScaling::ScheduledAction: when a group has another size.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scheduledaction.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::AutoScaling::ScheduledAction")
class ScheduledAction(ByModel):
    """A scheduled action; its id is its name, which CloudFormation gives it."""

    service = "autoscaling"
    create_operation = "PutScheduledUpdateGroupAction"
    update_operation = "PutScheduledUpdateGroupAction"
    delete_operation = "DeleteScheduledAction"
    id_parameter = "ScheduledActionName"
    within = ("AutoScalingGroupName",)
    name_property = "ScheduledActionName"
    tagging = None
    gone = ("ValidationError",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"ScheduledActionName": physical_id}
