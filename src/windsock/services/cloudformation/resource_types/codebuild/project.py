"""AWS::CodeBuild::Project: how something is built.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import tag_parameters
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import tags_of
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CodeBuild::Project")
class Project(ByModel):
    """A project; its id is its name."""

    service = "codebuild"
    create_operation = "CreateProject"
    update_operation = "UpdateProject"
    delete_operation = "DeleteProject"
    id_parameter = "name"
    name_property = "Name"
    settled = frozenset({"Tags"})
    tagging = None
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        # No operation is for tags only.
        tags = tag_parameters(self.service, operation, tags_of(work, properties))
        return {**super().params(work, operation, properties), **tags}

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("codebuild", f"project/{physical_id}")}
