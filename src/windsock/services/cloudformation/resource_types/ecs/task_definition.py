"""AWS::ECS::TaskDefinition: what a task consists of.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ECS::TaskDefinition")
class TaskDefinition(ByModel):
    """A revision of a family; its id is its ARN."""

    service = "ecs"
    create_operation = "RegisterTaskDefinition"
    delete_operation = "DeregisterTaskDefinition"
    id_parameter = "taskDefinition"
    answer = ("taskDefinition", "taskDefinitionArn")
    name_property = "Family"
    gone = ("ClientException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"TaskDefinitionArn": physical_id}
