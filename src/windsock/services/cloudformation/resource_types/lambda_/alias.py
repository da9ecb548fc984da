"""AWS::Lambda::Alias: a name for a version of a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html
"""

from __future__ import annotations

from typing import Any

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Lambda::Alias")
class Alias(ResourceType):
    """An alias; its id is its ARN."""

    async def create(self, work: Work, properties: Properties) -> Made:
        with work.there("ResourceConflictException"):
            await work.call("lambda", "CreateAlias", **_params(properties))
        function, name = properties["FunctionName"], properties["Name"]
        alias = await work.call("lambda", "GetAlias", FunctionName=function, Name=name)
        return Made(alias["AliasArn"], {"AliasArn": alias["AliasArn"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await work.call("lambda", "UpdateAlias", **_params(properties))
        return Made(existing.physical_id, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        function, name = existing.properties["FunctionName"], existing.properties["Name"]
        with work.gone("ResourceNotFoundException"):
            await work.call("lambda", "DeleteAlias", FunctionName=function, Name=name)


def _params(properties: Properties) -> dict[str, Any]:
    params = {
        name: properties.get(name) for name in ("FunctionName", "Name", "FunctionVersion", "Description")
    }
    routing = properties.get("RoutingConfig")
    if routing is not None:
        weights = {
            each["FunctionVersion"]: each["FunctionWeight"]
            for each in routing.get("AdditionalVersionWeights", ())
        }
        params["RoutingConfig"] = {"AdditionalVersionWeights": weights}
    return params
