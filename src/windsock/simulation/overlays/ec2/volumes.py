"""Volumes: what was done to them is announced."""

from __future__ import annotations

from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.happenings import Happening, on
from windsock.store.transaction import Transaction

# The event of each call, and its result.
_EVENTS: Final = {
    "ec2:CreateVolume": ("createVolume", "available"),
    "ec2:DeleteVolume": ("deleteVolume", "deleted"),
    "ec2:ModifyVolume": ("modifyVolume", "optimizing"),
}


@on(*_EVENTS)
def volume_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A volume was made, changed or deleted."""
    name, result = _EVENTS[happening.name]
    volume = {**happening.call.params, **happening.facts}["VolumeId"]
    detail = {"result": result, "cause": "", "event": name, "request-id": happening.call.request_id}
    resource = happening.scope.arn("ec2", f"volume/{volume}")
    event = PlatformEvent("aws.ec2", "EBS Volume Notification", detail, [resource])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
