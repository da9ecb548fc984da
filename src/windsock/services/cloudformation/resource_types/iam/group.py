"""AWS::IAM::Group: a group, with the policies that are declared in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html
"""

from __future__ import annotations

from typing import Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.resource_types.iam.policies import Attached, drop_all, put_all
from windsock.services.cloudformation.work import Work

_MOST: Final = 128
_OF: Final = Attached("Group")


@resource_type("AWS::IAM::Group")
class Group(ResourceType):
    """A group."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("GroupName") or work.name(_MOST)
        with work.there("EntityAlreadyExists"):
            await work.call("iam", "CreateGroup", GroupName=name, Path=properties.get("Path"))
        work.began(name)
        await put_all(work, _OF, name, {}, properties)
        group = (await work.call("iam", "GetGroup", GroupName=name))["Group"]
        return Made(name, {"Arn": group["Arn"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await put_all(work, _OF, existing.physical_id, existing.properties, properties)
        return Made(existing.physical_id, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NoSuchEntity"):
            await drop_all(work, _OF, existing.physical_id)
            await work.call("iam", "DeleteGroup", GroupName=existing.physical_id)
