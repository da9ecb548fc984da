"""AWS::CDK::Metadata: what the CDK tells of how a template was made. It makes nothing.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cdk-metadata.html
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


@resource_type("AWS::CDK::Metadata")
class Metadata(ResourceType):
    """Nothing but an id."""

    async def create(self, work: Work, properties: Properties) -> Made:
        return Made(work.name(128))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        return Made(existing.physical_id)

    async def delete(self, work: Work, existing: Existing) -> None:
        """There is nothing to remove."""
