"""AWS::Events::EventBusPolicy: a statement of the policy of a bus.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
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
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Events::EventBusPolicy")
class EventBusPolicy(ResourceType):
    """A statement of a bus's policy, known by its StatementId."""

    async def create(self, work: Work, properties: Properties) -> Made:
        await _put(work, properties)
        bus = properties.get("EventBusName", "default")
        return Made(f"{bus}|{properties['StatementId']}")

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await _put(work, properties)
        return Made(existing.physical_id)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("ResourceNotFoundException"):
            await work.call(
                "events",
                "RemovePermission",
                EventBusName=existing.properties.get("EventBusName"),
                StatementId=existing.properties["StatementId"],
            )


async def _put(work: Work, properties: Properties) -> None:
    bus, sid = properties.get("EventBusName"), properties["StatementId"]
    statement = properties.get("Statement")
    if statement is None:
        await work.call(
            "events",
            "PutPermission",
            EventBusName=bus,
            StatementId=sid,
            Action=properties.get("Action"),
            Principal=properties.get("Principal"),
            Condition=properties.get("Condition"),
        )
        return
    described = await work.call("events", "DescribeEventBus", Name=bus)
    policy = json.loads(described.get("Policy") or '{"Version": "2012-10-17", "Statement": []}')
    others = [each for each in policy["Statement"] if each.get("Sid") != sid]
    policy["Statement"] = [*others, {**statement, "Sid": sid}]
    await work.call("events", "PutPermission", EventBusName=bus, Policy=json.dumps(policy))
