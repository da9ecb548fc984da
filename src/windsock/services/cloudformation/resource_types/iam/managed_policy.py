"""AWS::IAM::ManagedPolicy: a policy of its own, attached to users, groups and roles.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
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
from windsock.services.cloudformation.resource_types.iam.policies import Attached, holders
from windsock.services.cloudformation.work import Work

_MOST: Final = 128


@resource_type("AWS::IAM::ManagedPolicy")
class ManagedPolicy(ResourceType):
    """A managed policy."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("ManagedPolicyName") or work.name(_MOST)
        path = properties.get("Path", "/")
        arn = work.scope.of_account.arn("iam", f"policy{path}{name}")
        with work.there("EntityAlreadyExists"):
            await work.call(
                "iam",
                "CreatePolicy",
                PolicyName=name,
                Path=path,
                PolicyDocument=json.dumps(properties["PolicyDocument"]),
                Description=properties.get("Description"),
            )
        await _attach(work, "Attach", arn, set(holders(properties)))
        policy = (await work.call("iam", "GetPolicy", PolicyArn=arn))["Policy"]
        return Made(arn, {"PolicyArn": arn, "PolicyId": policy["PolicyId"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        arn = existing.physical_id
        if properties["PolicyDocument"] != existing.properties["PolicyDocument"]:
            await _make_room(work, arn)
            document = json.dumps(properties["PolicyDocument"])
            await work.call(
                "iam", "CreatePolicyVersion", PolicyArn=arn, PolicyDocument=document, SetAsDefault=True
            )
        before, after = set(holders(existing.properties)), set(holders(properties))
        await _attach(work, "Detach", arn, before - after)
        await _attach(work, "Attach", arn, after - before)
        return Made(arn, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        arn = existing.physical_id
        with work.gone("NoSuchEntity"):
            await _attach(work, "Detach", arn, set(holders(existing.properties)))
            for version in await _old_versions(work, arn):
                await work.call("iam", "DeletePolicyVersion", PolicyArn=arn, VersionId=version)
            await work.call("iam", "DeletePolicy", PolicyArn=arn)


async def _attach(work: Work, verb: str, arn: str, of: set[tuple[Attached, str]]) -> None:
    for holder, name in sorted(of):
        with work.gone("NoSuchEntity" if verb == "Detach" else ""):
            await work.call("iam", f"{verb}{holder.noun}Policy", PolicyArn=arn, **holder.named(name))


async def _make_room(work: Work, arn: str) -> None:
    """A policy has five versions at most: the oldest gives way."""
    old = await _old_versions(work, arn)
    if len(old) >= 4:
        await work.call("iam", "DeletePolicyVersion", PolicyArn=arn, VersionId=old[-1])


async def _old_versions(work: Work, arn: str) -> list[str]:
    versions = (await work.call("iam", "ListPolicyVersions", PolicyArn=arn))["Versions"]
    return [each["VersionId"] for each in versions if not each["IsDefaultVersion"]]
