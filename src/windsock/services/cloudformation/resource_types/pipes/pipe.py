"""AWS::Pipes::Pipe: a pipe from a source to a target.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Pipes::Pipe")
class Pipe(ByModel):
    """A pipe; its id is its name."""

    service = "pipes"
    create_operation = "CreatePipe"
    update_operation = "UpdatePipe"
    delete_operation = "DeletePipe"
    id_parameter = "Name"
    name_property = "Name"
    longest_name = 64
    defaults: ClassVar = {"Description": "", "Enrichment": ""}
    there = ("ConflictException",)
    gone = ("NotFoundException",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        params = super().params(work, operation, properties)
        if operation == self.update_operation and "SourceParameters" in params:
            params["SourceParameters"] = _changeable(params["SourceParameters"])
        return params

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        pipe = await work.call("pipes", "DescribePipe", Name=physical_id)
        return not str(pipe["CurrentState"]).endswith("ING") or pipe["CurrentState"] == "RUNNING"

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        pipe = await work.call("pipes", "DescribePipe", Name=physical_id)
        return {
            "Arn": pipe["Arn"],
            "CreationTime": pipe["CreationTime"].isoformat(),
            "CurrentState": pipe["CurrentState"],
            "LastModifiedTime": pipe["LastModifiedTime"].isoformat(),
            "StateReason": pipe.get("StateReason", ""),
        }

    async def is_gone(self, work: Work, physical_id: str) -> bool:
        listed = await work.call("pipes", "ListPipes", NamePrefix=physical_id)
        return all(each["Name"] != physical_id for each in listed["Pipes"])


def _changeable(source: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a source without those that only making a pipe takes: they replace it."""
    fixed = ("StartingPosition", "StartingPositionTimestamp", "QueueName", "TopicName", "ConsumerGroupID")
    return {
        name: {each: content for each, content in value.items() if each not in fixed}
        if isinstance(value, dict)
        else value
        for name, value in source.items()
    }
