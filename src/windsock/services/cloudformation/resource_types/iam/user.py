"""AWS::IAM::User: a user, with policies, groups and password that are declared in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

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
_OF: Final = Attached("User")
_TAGGING: Final = Tagging("TagUser", "UntagUser")


@resource_type("AWS::IAM::User")
class User(ResourceType):
    """A user."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("UserName") or work.name(_MOST)
        with work.there("EntityAlreadyExists"):
            await work.call(
                "iam",
                "CreateUser",
                UserName=name,
                Path=properties.get("Path"),
                PermissionsBoundary=properties.get("PermissionsBoundary"),
                Tags=work.tags(properties.get("Tags")),
            )
        work.began(name)
        await put_all(work, _OF, name, {}, properties)
        await _put_groups(work, name, (), properties.get("Groups", ()))
        login = properties.get("LoginProfile")
        if login is not None:
            with work.there("EntityAlreadyExists"):
                await work.call("iam", "CreateLoginProfile", UserName=name, **login)
        user = (await work.call("iam", "GetUser", UserName=name))["User"]
        return Made(name, {"Arn": user["Arn"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        name, before = existing.physical_id, existing.properties
        await put_all(work, _OF, name, before, properties)
        await _put_groups(work, name, before.get("Groups", ()), properties.get("Groups", ()))
        await _put_login(work, name, before.get("LoginProfile"), properties.get("LoginProfile"))
        await _TAGGING.change(work, "iam", name, existing.properties, properties)
        return Made(name, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        name = existing.physical_id
        with work.gone("NoSuchEntity"):
            groups = (await work.call("iam", "ListGroupsForUser", UserName=name))["Groups"]
            await _put_groups(work, name, [group["GroupName"] for group in groups], ())
            await drop_all(work, _OF, name)
            with work.gone("NoSuchEntity"):
                await work.call("iam", "DeleteLoginProfile", UserName=name)
            await work.call("iam", "DeleteUser", UserName=name)


async def _put_groups(work: Work, user: str, before: Sequence[str], after: Sequence[str]) -> None:
    for group in set(before) - set(after):
        with work.gone("NoSuchEntity"):
            await work.call("iam", "RemoveUserFromGroup", GroupName=group, UserName=user)
    for group in set(after) - set(before):
        await work.call("iam", "AddUserToGroup", GroupName=group, UserName=user)


async def _put_login(
    work: Work, user: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> None:
    if before == after:
        return
    if after is None:
        with work.gone("NoSuchEntity"):
            await work.call("iam", "DeleteLoginProfile", UserName=user)
    elif before is None:
        await work.call("iam", "CreateLoginProfile", UserName=user, **after)
    else:
        await work.call("iam", "UpdateLoginProfile", UserName=user, **after)
