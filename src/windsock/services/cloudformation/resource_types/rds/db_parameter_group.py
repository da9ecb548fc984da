"""AWS::RDS::DBParameterGroup: settings of databases.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbparametergroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from windsock.languages.stacks.template import text_of
from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work

# How many parameters a call takes.
_AT_ONCE: Final = 20


@resource_type("AWS::RDS::DBParameterGroup")
class DbParameterGroup(ByModel):
    """A parameter group; its id is its name, which has no capitals."""

    service = "rds"
    create_operation = "CreateDBParameterGroup"
    delete_operation = "DeleteDBParameterGroup"
    id_parameter = "DBParameterGroupName"
    name_property = "DBParameterGroupName"
    lower_name = True
    renamed: ClassVar = {"Family": "DBParameterGroupFamily"}
    settled = frozenset({"Parameters"})
    tagging = Tagging("AddTagsToResource", "RemoveTagsFromResource")
    there = ("DBParameterGroupAlreadyExists", "DBParameterGroupAlreadyExistsFault")
    gone = ("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault")

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        old, new = before.get("Parameters", {}), properties.get("Parameters", {})
        for operation, names in (
            ("ResetDBParameterGroup", [name for name in old if name not in new]),
            ("ModifyDBParameterGroup", [name for name in new if new[name] != old.get(name)]),
        ):
            for first in range(0, len(names), _AT_ONCE):
                parameters = [
                    {
                        "ParameterName": name,
                        "ApplyMethod": "pending-reboot",
                        **({"ParameterValue": text_of(new[name])} if name in new else {}),
                    }
                    for name in names[first : first + _AT_ONCE]
                ]
                await work.call("rds", operation, DBParameterGroupName=physical_id, Parameters=parameters)

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return str(attributes["DBParameterGroupArn"])

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"DBParameterGroupArn": work.scope.arn("rds", f"pg:{physical_id}")}
