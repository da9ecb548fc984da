"""AWS::Lambda::LayerVersionPermission: who may use a version of a layer.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversionpermission.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Lambda::LayerVersionPermission")
class LayerVersionPermission(ResourceType):
    """A statement of the policy of a version; its id is the ARN of that with the statement's id."""

    async def create(self, work: Work, properties: Properties) -> Made:
        arn = properties["LayerVersionArn"]
        layer, _, version = arn.rpartition(":")
        statement = work.name(100)
        with work.there("ResourceConflictException"):
            await work.call(
                "lambda",
                "AddLayerVersionPermission",
                LayerName=layer,
                VersionNumber=int(version),
                StatementId=statement,
                Action=properties["Action"],
                Principal=properties["Principal"],
                OrganizationId=properties.get("OrganizationId"),
            )
        return Made(f"{arn}#{statement}", {"Id": f"{arn}#{statement}"})

    async def delete(self, work: Work, existing: Existing) -> None:
        arn, _, statement = existing.physical_id.rpartition("#")
        layer, _, version = arn.rpartition(":")
        with work.gone("ResourceNotFoundException"):
            await work.call(
                "lambda",
                "RemoveLayerVersionPermission",
                LayerName=layer,
                VersionNumber=int(version),
                StatementId=statement,
            )
