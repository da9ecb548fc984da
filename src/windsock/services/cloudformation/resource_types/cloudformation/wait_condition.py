"""AWS::CloudFormation::WaitCondition: made once enough was signalled to its handle.

One with a CreationPolicy needs no handle: it waits for signals like any other resource.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html
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
from windsock.services.cloudformation.wait_signals import signals_of
from windsock.services.cloudformation.work import Work

_LONGEST_S: Final = 43_200


@resource_type("AWS::CloudFormation::WaitCondition")
class WaitCondition(ResourceType):
    """A wait condition; what was signalled with its success is the attribute `Data`, a JSON object."""

    async def create(self, work: Work, properties: Properties) -> Made:
        signalled = await _signalled(work, properties) if "Handle" in properties else {}
        return Made(f"{work.stack_id}/{work.logical_id}", {"Data": json.dumps(signalled)})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        raise Failed(f"Update to resource type {work.type_name} is not supported.")

    async def delete(self, work: Work, existing: Existing) -> None:
        """There is nothing to remove: the signals are the handle's."""


async def _signalled(work: Work, properties: Properties) -> dict[str, Any]:
    """The data of the signals, by who sent them, once there are enough. Raises Failed."""
    wanted = int(properties.get("Count", 1))
    seconds = min(int(properties.get("Timeout", _LONGEST_S)), _LONGEST_S)
    found: dict[str, Any] = {}

    async def enough() -> bool:
        for row in work.engine.store.read(lambda tx: signals_of(tx, work.scope, properties["Handle"])):
            if row.status == "FAILURE":
                raise Failed(f"WaitCondition received failed message: '{row.reason}' for uniqueId: {row.id}")
            found[row.id] = row.data
        return len(found) >= wanted

    try:
        await work.until(enough, within_s=seconds)
    except TimeoutError as error:
        raise Failed(
            f"WaitCondition timed out. Received {len(found)} conditions when expecting {wanted}"
        ) from error
    return found
