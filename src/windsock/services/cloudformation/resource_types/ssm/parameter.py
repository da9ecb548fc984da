"""AWS::SSM::Parameter: a parameter of the Parameter Store.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::SSM::Parameter")
class Parameter(ByModel):
    """A parameter; its id is its name."""

    service = "ssm"
    create_operation = "PutParameter"
    update_operation = "PutParameter"
    delete_operation = "DeleteParameter"
    id_parameter = "Name"
    name_property = "Name"
    defaults: ClassVar = {"Description": ""}
    tagging = Tagging("AddTagsToResource", "RemoveTagsFromResource", "Parameter")
    there = ("ParameterAlreadyExists",)
    gone = ("ParameterNotFound",)

    def changes(self, work: Work, before: Properties, properties: Properties) -> dict[str, Any]:
        return {**super().changes(work, before, properties), "Overwrite": True}

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Type": properties["Type"], "Value": properties["Value"]}
