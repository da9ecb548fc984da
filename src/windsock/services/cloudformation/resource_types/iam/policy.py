"""AWS::IAM::Policy: one inline policy in users, groups and roles.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
"""

from __future__ import annotations

import json

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.resource_types.iam.policies import Attached, holders
from windsock.services.cloudformation.work import Work


@resource_type("AWS::IAM::Policy")
class Policy(ResourceType):
    """A policy; it has no ARN, and its id is drawn."""

    async def create(self, work: Work, properties: Properties) -> Made:
        await _put(work, properties)
        return Made(work.name(128))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        left = set(holders(existing.properties)) - set(holders(properties))
        await _put(work, properties)
        name = existing.properties["PolicyName"]
        if name != properties["PolicyName"]:
            left = set(holders(existing.properties))
        await _drop(work, name, left)
        return Made(existing.physical_id)

    async def delete(self, work: Work, existing: Existing) -> None:
        await _drop(work, existing.properties["PolicyName"], set(holders(existing.properties)))


async def _put(work: Work, properties: Properties) -> None:
    for holder, name in holders(properties):
        await work.call(
            "iam",
            f"Put{holder.noun}Policy",
            PolicyName=properties["PolicyName"],
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
            **holder.named(name),
        )


async def _drop(work: Work, policy: str, of: set[tuple[Attached, str]]) -> None:
    for holder, name in of:
        with work.gone("NoSuchEntity"):
            await work.call("iam", f"Delete{holder.noun}Policy", PolicyName=policy, **holder.named(name))
