"""AWS::Lambda::Version: a published version of a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html
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


@resource_type("AWS::Lambda::Version")
class Version(ResourceType):
    """A version; its id is its ARN."""

    async def create(self, work: Work, properties: Properties) -> Made:
        published = await work.call(
            "lambda",
            "PublishVersion",
            FunctionName=properties["FunctionName"],
            CodeSha256=properties.get("CodeSha256"),
            Description=properties.get("Description"),
        )
        arn = published["FunctionArn"]
        return Made(arn, {"Version": published["Version"], "FunctionArn": arn})

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("ResourceNotFoundException"):
            await work.call("lambda", "DeleteFunction", FunctionName=existing.physical_id)
