"""AWS::ECS::Service: tasks that are kept running.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ECS::Service")
class Service(ByModel):
    """A service; its id is its ARN."""

    service = "ecs"
    create_operation = "CreateService"
    update_operation = "UpdateService"
    delete_operation = "DeleteService"
    id_parameter = "service"
    within = ("Cluster",)
    delete_with: ClassVar = {"force": True}
    answer = ("service", "serviceArn")
    name_property = "ServiceName"
    renamed: ClassVar = {"PlacementStrategies": "placementStrategy"}
    gone = ("ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException")

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Name": physical_id.rpartition("/")[2], "ServiceArn": physical_id}
