"""AWS::CodePipeline::Pipeline: stages through which changes go.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.kernel.shapes import is_structure
from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import input_shape, parameters
from windsock.services.cloudformation.resource_type import Existing, Made, Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CodePipeline::Pipeline")
class Pipeline(ByModel):
    """A pipeline; its id is its name."""

    service = "codepipeline"
    create_operation = "CreatePipeline"
    update_operation = "UpdatePipeline"
    delete_operation = "DeletePipeline"
    id_parameter = "name"
    name_property = "Name"
    longest_name = 100
    there = ("PipelineNameInUseException",)
    gone = ("PipelineNotFoundException",)

    def takes(self, operation: str, parameter: str) -> bool:
        pipeline = input_shape(self.service, operation).members["pipeline"]
        return is_structure(pipeline) and parameter.lower() in {name.lower() for name in pipeline.members}

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        pipeline = {name: value for name, value in properties.items() if name != "Tags"}
        return parameters("codepipeline", operation, {"pipeline": pipeline})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        self._check(properties)
        named = {"Name": existing.physical_id, **properties}
        await work.call("codepipeline", "UpdatePipeline", **self.params(work, "UpdatePipeline", named))
        attributes = await self.attributes(work, existing.physical_id, named)
        resource = self.tagged(existing.physical_id, attributes)
        await Tagging().change(work, self.service, resource, existing.properties, properties)
        return Made(existing.physical_id, attributes)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("codepipeline", "GetPipeline", name=physical_id)
        return {
            "Arn": work.scope.arn("codepipeline", physical_id),
            "Version": str(found["pipeline"].get("version", 1)),
        }
