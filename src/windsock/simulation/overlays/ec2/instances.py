"""Instances: each state is announced, and one that passes is followed by the next in its time."""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.ec2.limits import PASSING
from windsock.store.transaction import Transaction


@on("ec2.instance")
def instance_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An instance came into a state."""
    instance, state = happening.facts["instance"], happening.facts["state"]
    event = PlatformEvent(
        "aws.ec2",
        "EC2 Instance State-change Notification",
        {"instance-id": instance, "state": state},
        [happening.scope.arn("ec2", f"instance/{instance}")],
    )
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
    if state in PASSING:
        following, seconds = PASSING[state]
        change = Change(
            "ec2", "PassInstance", {"instance": instance, "from": state, "to": following}, happening.cause
        )
        change_later(engine, tx, happening.scope, change, key=f"instance/{instance}", seconds=seconds)
