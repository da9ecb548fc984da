"""AWS::RDS::DBCluster: a cluster of databases.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbcluster.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::RDS::DBCluster")
class DbCluster(ByModel):
    """A cluster; its id is its identifier, which has no capitals."""

    service = "rds"
    create_operation = "CreateDBCluster"
    update_operation = "ModifyDBCluster"
    delete_operation = "DeleteDBCluster"
    id_parameter = "DBClusterIdentifier"
    delete_with: ClassVar = {"SkipFinalSnapshot": True}
    name_property = "DBClusterIdentifier"
    longest_name = 63
    lower_name = True
    renamed: ClassVar = {"PerformanceInsightsEnabled": "EnablePerformanceInsights"}
    tagging = Tagging("AddTagsToResource", "RemoveTagsFromResource")
    there = ("DBClusterAlreadyExistsFault",)
    gone = ("DBClusterNotFoundFault",)

    def changes(self, work: Work, before: Properties, properties: Properties) -> dict[str, Any]:
        return {**super().changes(work, before, properties), "ApplyImmediately": True}

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        return bool((await _described(work, physical_id))["Status"] == "available")

    async def snapshot(self, work: Work, existing: Existing) -> None:
        with work.gone(*self.gone):
            await work.call(
                "rds",
                "CreateDBClusterSnapshot",
                DBClusterIdentifier=existing.physical_id,
                DBClusterSnapshotIdentifier=work.name(255),
            )

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return str(attributes["DBClusterArn"])

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await _described(work, physical_id)
        return {
            "DBClusterArn": found["DBClusterArn"],
            "DBClusterResourceId": found.get("DbClusterResourceId", ""),
            "Endpoint.Address": found.get("Endpoint", ""),
            "Endpoint.Port": str(found.get("Port", "")),
            "ReadEndpoint.Address": found.get("ReaderEndpoint", ""),
        }


async def _described(work: Work, physical_id: str) -> dict[str, Any]:
    found = await work.call("rds", "DescribeDBClusters", DBClusterIdentifier=physical_id)
    described: dict[str, Any] = found["DBClusters"][0]
    return described
