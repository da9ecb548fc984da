"""AWS::CloudFormation::WaitConditionHandle: a URL to which it is put that something is done.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.wait_signals import forget_signals, handle_url
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CloudFormation::WaitConditionHandle")
class WaitConditionHandle(ResourceType):
    """A handle; its id is the URL."""

    async def create(self, work: Work, properties: Properties) -> Made:
        return Made(handle_url(work.engine, work.scope, work.token))

    async def delete(self, work: Work, existing: Existing) -> None:
        await work.engine.store.write(lambda tx: forget_signals(tx, work.scope, existing.physical_id))
