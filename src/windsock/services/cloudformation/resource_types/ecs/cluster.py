"""AWS::ECS::Cluster: a cluster.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-cluster.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import parameters
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ECS::Cluster")
class Cluster(ByModel):
    """A cluster; its id is its name."""

    service = "ecs"
    create_operation = "CreateCluster"
    update_operation = "UpdateCluster"
    delete_operation = "DeleteCluster"
    id_parameter = "cluster"
    name_property = "ClusterName"
    renamed: ClassVar = {"ClusterSettings": "settings"}
    settled = frozenset({"CapacityProviders", "DefaultCapacityProviderStrategy"})
    gone = ("ClusterNotFoundException",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        old, new = ({name: each.get(name, []) for name in self.settled} for each in (before, properties))
        if old != new:
            given = {
                "CapacityProviders": new["CapacityProviders"],
                "DefaultCapacityProviderStrategy": new["DefaultCapacityProviderStrategy"],
            }
            params = parameters("ecs", "PutClusterCapacityProviders", given)
            await work.call("ecs", "PutClusterCapacityProviders", cluster=physical_id, **params)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("ecs", f"cluster/{physical_id}")}
