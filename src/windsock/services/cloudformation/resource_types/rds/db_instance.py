"""AWS::RDS::DBInstance: a database.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::RDS::DBInstance")
class DbInstance(ByModel):
    """A database; its id is its identifier, which has no capitals."""

    service = "rds"
    create_operation = "CreateDBInstance"
    update_operation = "ModifyDBInstance"
    delete_operation = "DeleteDBInstance"
    id_parameter = "DBInstanceIdentifier"
    within = ("DeleteAutomatedBackups",)
    delete_with: ClassVar = {"SkipFinalSnapshot": True}
    name_property = "DBInstanceIdentifier"
    longest_name = 63
    lower_name = True
    renamed: ClassVar = {"VPCSecurityGroups": "VpcSecurityGroupIds"}
    settled = frozenset({"AllowMajorVersionUpgrade", "ApplyImmediately", "DeleteAutomatedBackups"})
    tagging = Tagging("AddTagsToResource", "RemoveTagsFromResource")
    there = ("DBInstanceAlreadyExists",)
    gone = (
        "DBInstanceNotFound",
        "DBInstanceNotFoundFault",
    )

    def changes(self, work: Work, before: Properties, properties: Properties) -> dict[str, Any]:
        # Changes are made at once unless the template says otherwise.
        return {
            **super().changes(work, before, properties),
            "AllowMajorVersionUpgrade": properties.get("AllowMajorVersionUpgrade", False),
            "ApplyImmediately": properties.get("ApplyImmediately", True),
        }

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        return bool((await _described(work, physical_id))["DBInstanceStatus"] == "available")

    async def is_gone(self, work: Work, physical_id: str) -> bool:
        await _described(work, physical_id)
        return False  # there is an error once it is

    async def snapshot(self, work: Work, existing: Existing) -> None:
        with work.gone(*self.gone):
            await work.call(
                "rds",
                "CreateDBSnapshot",
                DBInstanceIdentifier=existing.physical_id,
                DBSnapshotIdentifier=work.name(255),
            )

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return str(attributes["DBInstanceArn"])

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await _described(work, physical_id)
        endpoint = found.get("Endpoint", {})
        return {
            "DBInstanceArn": found["DBInstanceArn"],
            "DbiResourceId": found.get("DbiResourceId", ""),
            "Endpoint.Address": endpoint.get("Address", ""),
            "Endpoint.HostedZoneId": endpoint.get("HostedZoneId", ""),
            "Endpoint.Port": str(endpoint.get("Port", "")),
        }


async def _described(work: Work, physical_id: str) -> dict[str, Any]:
    found = await work.call("rds", "DescribeDBInstances", DBInstanceIdentifier=physical_id)
    described: dict[str, Any] = found["DBInstances"][0]
    return described
