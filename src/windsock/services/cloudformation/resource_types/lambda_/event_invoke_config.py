"""AWS::Lambda::EventInvokeConfig: how a function is invoked asynchronously.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
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


@resource_type("AWS::Lambda::EventInvokeConfig")
class EventInvokeConfig(ResourceType):
    """The configuration of one function's version or alias."""

    async def create(self, work: Work, properties: Properties) -> Made:
        await work.call("lambda", "PutFunctionEventInvokeConfig", **properties)
        return Made(f"{properties['FunctionName']}|{properties['Qualifier']}")

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await work.call("lambda", "PutFunctionEventInvokeConfig", **properties)
        return Made(existing.physical_id)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("ResourceNotFoundException"):
            await work.call(
                "lambda",
                "DeleteFunctionEventInvokeConfig",
                FunctionName=existing.properties["FunctionName"],
                Qualifier=existing.properties["Qualifier"],
            )
