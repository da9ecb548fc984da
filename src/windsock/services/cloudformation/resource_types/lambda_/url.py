"""AWS::Lambda::Url: the address of a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Lambda::Url")
class Url(ByModel):
    """The URL of a function or of an alias; its id is the ARN of that."""

    service = "lambda"
    create_operation = "CreateFunctionUrlConfig"
    update_operation = "UpdateFunctionUrlConfig"
    delete_operation = "DeleteFunctionUrlConfig"
    id_parameter = "FunctionName"
    answer = ("FunctionArn",)
    renamed: ClassVar = {"TargetFunctionArn": "FunctionName"}
    defaults: ClassVar = {"Cors": {}}
    tagging = None
    there = ("ResourceConflictException",)
    gone = ("ResourceNotFoundException",)

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        return await work.call(
            "lambda",
            "GetFunctionUrlConfig",
            FunctionName=properties["TargetFunctionArn"],
            Qualifier=properties.get("Qualifier"),
        )

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("lambda", "GetFunctionUrlConfig", FunctionName=physical_id)
        return {"FunctionArn": physical_id, "FunctionUrl": found["FunctionUrl"]}
