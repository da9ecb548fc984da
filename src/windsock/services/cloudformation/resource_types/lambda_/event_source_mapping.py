"""AWS::Lambda::EventSourceMapping: what a function reads from.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Lambda::EventSourceMapping")
class EventSourceMapping(ByModel):
    """An event source mapping."""

    service = "lambda"
    create_operation = "CreateEventSourceMapping"
    update_operation = "UpdateEventSourceMapping"
    delete_operation = "DeleteEventSourceMapping"
    id_parameter = "UUID"
    answer = ("UUID",)
    gone = ("ResourceNotFoundException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        arn = work.scope.arn("lambda", f"event-source-mapping:{physical_id}")
        return {"Id": physical_id, "EventSourceMappingArn": arn}

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return str(attributes["EventSourceMappingArn"])
