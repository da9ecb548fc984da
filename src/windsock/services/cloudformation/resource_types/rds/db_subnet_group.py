"""AWS::RDS::DBSubnetGroup: where databases may be.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbsubnetgroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::RDS::DBSubnetGroup")
class DbSubnetGroup(ByModel):
    """A subnet group; its id is its name, which has no capitals."""

    service = "rds"
    create_operation = "CreateDBSubnetGroup"
    update_operation = "ModifyDBSubnetGroup"
    delete_operation = "DeleteDBSubnetGroup"
    id_parameter = "DBSubnetGroupName"
    name_property = "DBSubnetGroupName"
    lower_name = True
    tagging = Tagging("AddTagsToResource", "RemoveTagsFromResource")
    there = ("DBSubnetGroupAlreadyExists",)
    gone = ("DBSubnetGroupNotFoundFault",)

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return str(attributes["DBSubnetGroupArn"])

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"DBSubnetGroupArn": work.scope.arn("rds", f"subgrp:{physical_id}")}
