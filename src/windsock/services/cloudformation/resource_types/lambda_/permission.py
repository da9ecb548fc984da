"""AWS::Lambda::Permission: a statement of the policy of a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
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


@resource_type("AWS::Lambda::Permission")
class Permission(ResourceType):
    """A permission; its id is that of its statement."""

    async def create(self, work: Work, properties: Properties) -> Made:
        statement = work.name(100)
        with work.there("ResourceConflictException"):
            await work.call("lambda", "AddPermission", StatementId=statement, **properties)
        return Made(statement, {"Id": statement})

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("ResourceNotFoundException"):
            await work.call(
                "lambda",
                "RemovePermission",
                FunctionName=existing.properties["FunctionName"],
                StatementId=existing.physical_id,
            )
