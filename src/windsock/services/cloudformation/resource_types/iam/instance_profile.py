"""AWS::IAM::InstanceProfile: what gives a role to instances.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html
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
from windsock.services.cloudformation.work import Work

_MOST: Final = 128


@resource_type("AWS::IAM::InstanceProfile")
class InstanceProfile(ResourceType):
    """An instance profile."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("InstanceProfileName") or work.name(_MOST)
        with work.there("EntityAlreadyExists"):
            await work.call(
                "iam", "CreateInstanceProfile", InstanceProfileName=name, Path=properties.get("Path")
            )
        for role in properties["Roles"]:
            with work.there("LimitExceeded"):
                await _roles(work, "AddRoleTo", name, role)
        profile = (await work.call("iam", "GetInstanceProfile", InstanceProfileName=name))["InstanceProfile"]
        return Made(name, {"Arn": profile["Arn"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        name, before, after = existing.physical_id, existing.properties["Roles"], properties["Roles"]
        for role in set(before) - set(after):
            with work.gone("NoSuchEntity"):
                await _roles(work, "RemoveRoleFrom", name, role)
        for role in set(after) - set(before):
            await _roles(work, "AddRoleTo", name, role)
        return Made(name, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        name = existing.physical_id
        with work.gone("NoSuchEntity"):
            for role in existing.properties["Roles"]:
                with work.gone("NoSuchEntity"):
                    await _roles(work, "RemoveRoleFrom", name, role)
            await work.call("iam", "DeleteInstanceProfile", InstanceProfileName=name)


async def _roles(work: Work, verb: str, profile: str, role: str) -> None:
    await work.call("iam", f"{verb}InstanceProfile", InstanceProfileName=profile, RoleName=role)
