"""AWS::Events::Rule: a rule with its targets.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
"""

from __future__ import annotations

import json
from typing import Any, Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Failed,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work

_MOST: Final = 64
# What PutTargets takes at once.
_TARGETS: Final = 10


@resource_type("AWS::Events::Rule")
class Rule(ResourceType):
    """A rule; its id is its name, with the bus in front of it where that is not the default one."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("Name") or work.name(_MOST)
        arn = await _put(work, name, properties)
        bus = properties.get("EventBusName", "default").rpartition("/")[2]
        physical_id = name if bus == "default" else f"{bus}|{name}"
        work.began(physical_id)
        await _put_targets(work, name, (), properties)
        return Made(physical_id, {"Arn": arn})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        name = existing.physical_id.rpartition("|")[2]
        arn = await _put(work, name, properties)
        await _put_targets(work, name, existing.properties.get("Targets", ()), properties)
        return Made(existing.physical_id, {"Arn": arn})

    async def delete(self, work: Work, existing: Existing) -> None:
        name, properties = existing.physical_id.rpartition("|")[2], existing.properties
        bus = properties.get("EventBusName")
        with work.gone("ResourceNotFoundException"):
            targets = await work.call("events", "ListTargetsByRule", Rule=name, EventBusName=bus)
            await _remove(work, name, bus, [target["Id"] for target in targets["Targets"]])
            await work.call("events", "DeleteRule", Name=name, EventBusName=bus)


async def _put(work: Work, name: str, properties: Properties) -> str:
    pattern = properties.get("EventPattern")
    answer = await work.call(
        "events",
        "PutRule",
        Name=name,
        EventPattern=pattern if pattern is None or isinstance(pattern, str) else json.dumps(pattern),
        ScheduleExpression=properties.get("ScheduleExpression"),
        State=properties.get("State"),
        Description=properties.get("Description"),
        RoleArn=properties.get("RoleArn"),
        EventBusName=properties.get("EventBusName"),
    )
    return str(answer["RuleArn"])


async def _put_targets(work: Work, name: str, before: Any, properties: Properties) -> None:
    targets, bus = properties.get("Targets", []), properties.get("EventBusName")
    left = {target["Id"] for target in before} - {target["Id"] for target in targets}
    await _remove(work, name, bus, sorted(left))
    for first in range(0, len(targets), _TARGETS):
        some = targets[first : first + _TARGETS]
        answer = await work.call("events", "PutTargets", Rule=name, EventBusName=bus, Targets=some)
        for entry in answer.get("FailedEntries", ()):
            raise Failed(f"Target {entry['TargetId']}: {entry['ErrorCode']}: {entry['ErrorMessage']}")


async def _remove(work: Work, name: str, bus: str | None, ids: list[str]) -> None:
    if ids:
        await work.call("events", "RemoveTargets", Rule=name, EventBusName=bus, Ids=ids)
