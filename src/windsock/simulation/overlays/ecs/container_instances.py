"""Container instances: each change is announced.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_milliseconds
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.ecs.details import as_detail
from windsock.store.transaction import Transaction

# What DescribeContainerInstances tells and the event does not.
_NOT_TOLD: Final = frozenset(
    {"attachments", "pendingTasksCount", "registeredAt", "runningTasksCount", "tags"}
)
_RESOURCES: Final = ("registeredResources", "remainingResources")
_VALUES: Final = {"INTEGER": "integerValue", "STRINGSET": "stringSetValue"}


@on("ecs.container-instance")
def container_instance_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An instance is other than before."""
    instance = happening.facts["instance"]
    detail = as_detail(instance, _NOT_TOLD)
    for name in _RESOURCES:
        detail[name] = [_resource(each) for each in detail[name]]
    detail["updatedAt"] = iso_milliseconds(engine.clock.now_ms())
    resources = [instance["containerInstanceArn"]]
    event = PlatformEvent("aws.ecs", "ECS Container Instance State Change", detail, resources)
    announce(engine, tx, happening.scope, [event], cause=happening.cause)


def _resource(described: dict[str, Any]) -> dict[str, Any]:
    """A resource with the one value that its type has."""
    return {name: described[name] for name in ("name", "type", _VALUES[described["type"]])}
