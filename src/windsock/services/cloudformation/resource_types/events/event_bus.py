"""AWS::Events::EventBus: an event bus.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import as_text
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Events::EventBus")
class EventBus(ByModel):
    """A bus; its id is its name."""

    service = "events"
    create_operation = "CreateEventBus"
    update_operation = "UpdateEventBus"
    delete_operation = "DeleteEventBus"
    id_parameter = "Name"
    name_property = "Name"
    settled = frozenset({"Policy"})
    defaults: ClassVar = {"Description": ""}
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if "Policy" in properties:
            policy = as_text(properties["Policy"])
            await work.call("events", "PutPermission", EventBusName=physical_id, Policy=policy)
        elif "Policy" in before:
            with work.gone("ResourceNotFoundException"):
                await work.call(
                    "events", "RemovePermission", EventBusName=physical_id, RemoveAllPermissions=True
                )

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        arn = work.scope.arn("events", f"event-bus/{physical_id}")
        return {"Arn": arn, "Name": physical_id, "Policy": json.dumps(properties.get("Policy"))}
