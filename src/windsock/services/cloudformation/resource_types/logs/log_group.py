"""AWS::Logs::LogGroup: a log group.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Logs::LogGroup")
class LogGroup(ByModel):
    """A log group; its id is its name."""

    service = "logs"
    create_operation = "CreateLogGroup"
    delete_operation = "DeleteLogGroup"
    id_parameter = "logGroupName"
    name_property = "LogGroupName"
    longest_name = 512
    settled = frozenset({"RetentionInDays"})
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        days = properties.get("RetentionInDays")
        if days is not None:
            await work.call("logs", "PutRetentionPolicy", logGroupName=physical_id, retentionInDays=days)
        elif "RetentionInDays" in before:
            await work.call("logs", "DeleteRetentionPolicy", logGroupName=physical_id)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("logs", f"log-group:{physical_id}:*")}

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return str(attributes["Arn"]).removesuffix(":*")
