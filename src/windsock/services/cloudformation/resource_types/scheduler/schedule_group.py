"""AWS::Scheduler::ScheduleGroup: a group of schedules.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedulegroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Scheduler::ScheduleGroup")
class ScheduleGroup(ByModel):
    """A group; its id is its name. It is gone once its schedules are."""

    service = "scheduler"
    create_operation = "CreateScheduleGroup"
    delete_operation = "DeleteScheduleGroup"
    id_parameter = "Name"
    name_property = "Name"
    longest_name = 64
    there = ("ConflictException",)
    gone = ("ResourceNotFoundException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        group = await work.call("scheduler", "GetScheduleGroup", Name=physical_id)
        return {
            "Arn": group["Arn"],
            "CreationDate": group["CreationDate"].isoformat(),
            "LastModificationDate": group["LastModificationDate"].isoformat(),
            "State": group["State"],
        }

    async def is_gone(self, work: Work, physical_id: str) -> bool:
        listed = await work.call("scheduler", "ListScheduleGroups", NamePrefix=physical_id)
        return all(each["Name"] != physical_id for each in listed["ScheduleGroups"])
