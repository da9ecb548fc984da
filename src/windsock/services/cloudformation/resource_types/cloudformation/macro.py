"""AWS::CloudFormation::Macro: a function that rewrites templates. The stack's row of it is all there is.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-macro.html
"""

from __future__ import annotations

from windsock.services.cloudformation.macros import TYPE, function_of_macro
from windsock.services.cloudformation.resource_type import (
    Existing,
    Failed,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type(TYPE)
class Macro(ResourceType):
    """A macro, known by its name."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = str(properties["Name"])
        if work.engine.store.read(lambda tx: function_of_macro(tx, work.scope, name)) is not None:
            raise Failed(f"The macro {name} already exists.")
        return Made(name)

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        return Made(str(properties["Name"]))

    async def delete(self, work: Work, existing: Existing) -> None:
        """Nothing is there but the row."""
