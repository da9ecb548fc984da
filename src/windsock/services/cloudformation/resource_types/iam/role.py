"""AWS::IAM::Role: a role, with the policies that are declared in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from __future__ import annotations

import json
from typing import Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.resource_types.iam.policies import Attached, drop_all, put_all
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work

_MOST: Final = 64
_OF: Final = Attached("Role")
_TAGGING: Final = Tagging("TagRole", "UntagRole")


@resource_type("AWS::IAM::Role")
class Role(ResourceType):
    """A role."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("RoleName") or work.name(_MOST)
        with work.there("EntityAlreadyExists"):
            await work.call(
                "iam",
                "CreateRole",
                RoleName=name,
                AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
                Path=properties.get("Path"),
                Description=properties.get("Description"),
                MaxSessionDuration=properties.get("MaxSessionDuration"),
                PermissionsBoundary=properties.get("PermissionsBoundary"),
                Tags=work.tags(properties.get("Tags")),
            )
        work.began(name)
        await put_all(work, _OF, name, {}, properties)
        role = (await work.call("iam", "GetRole", RoleName=name))["Role"]
        return Made(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        name = existing.physical_id
        document = json.dumps(properties["AssumeRolePolicyDocument"])
        await work.call("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=document)
        await work.call(
            "iam",
            "UpdateRole",
            RoleName=name,
            Description=properties.get("Description", ""),
            MaxSessionDuration=properties.get("MaxSessionDuration", 3600),
        )
        await put_all(work, _OF, name, existing.properties, properties)
        await _TAGGING.change(work, "iam", name, existing.properties, properties)
        return Made(name, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NoSuchEntity"):
            await drop_all(work, _OF, existing.physical_id)
            await work.call("iam", "DeleteRole", RoleName=existing.physical_id)
