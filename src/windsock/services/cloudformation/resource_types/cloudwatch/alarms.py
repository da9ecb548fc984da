"""What alarms on metrics and alarms on other alarms have in common.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties
from windsock.services.cloudformation.work import Work


class AnyAlarm(ByModel):
    """An alarm, put by one operation and removed as every alarm is."""

    service = "cloudwatch"
    delete_operation = "DeleteAlarms"
    id_parameter = "AlarmName"
    delete_parameter = "AlarmNames"
    name_property = "AlarmName"
    gone = ("ResourceNotFound",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("cloudwatch", f"alarm:{physical_id}")}
