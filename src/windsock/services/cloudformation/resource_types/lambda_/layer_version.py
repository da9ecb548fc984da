"""AWS::Lambda::LayerVersion: a version of a layer.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Lambda::LayerVersion")
class LayerVersion(ByModel):
    """A version of a layer; its id is its ARN."""

    service = "lambda"
    create_operation = "PublishLayerVersion"
    delete_operation = "DeleteLayerVersion"
    id_parameter = "LayerName"
    answer = ("LayerVersionArn",)
    name_property = "LayerName"
    longest_name = 140
    tagging = None
    gone = ("ResourceNotFoundException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"LayerVersionArn": physical_id}

    async def delete(self, work: Work, existing: Existing) -> None:
        layer, _, version = existing.physical_id.rpartition(":")
        with work.gone(*self.gone):
            await work.call("lambda", "DeleteLayerVersion", LayerName=layer, VersionNumber=int(version))
