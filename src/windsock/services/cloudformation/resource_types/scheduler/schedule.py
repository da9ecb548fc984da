"""AWS::Scheduler::Schedule: a schedule with its target.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Made, Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Scheduler::Schedule")
class Schedule(ByModel):
    """A schedule; its id is its name."""

    service = "scheduler"
    create_operation = "CreateSchedule"
    update_operation = "UpdateSchedule"
    delete_operation = "DeleteSchedule"
    id_parameter = "Name"
    within = ("GroupName",)
    name_property = "Name"
    longest_name = 64
    tagging = None
    there = ("ConflictException",)
    gone = ("ResourceNotFoundException",)

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        if existing.properties.get("GroupName") == properties.get("GroupName"):
            return await super().update(work, existing, properties)
        # No call moves a schedule into another group.
        moved = {**properties, "Name": existing.physical_id}
        made = await self.create(work, moved)
        await self.delete(work, existing)
        return made

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        group = properties.get("GroupName", "default")
        return {"Arn": work.scope.arn("scheduler", f"schedule/{group}/{physical_id}")}
