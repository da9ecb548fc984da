"""Events on the default bus: an instance waits for a hook, a launch or termination ended.

The lifecycle actions have the members they have in the wild without a warm pool.
Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_seconds
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.autoscaling.notifications import (
    lifecycle_notification,
    scaling_notification,
)
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

SOURCE: Final = "aws.autoscaling"

_LIFECYCLE_ACTIONS: Final = {
    "autoscaling:EC2_INSTANCE_LAUNCHING": "EC2 Instance-launch Lifecycle Action",
    "autoscaling:EC2_INSTANCE_TERMINATING": "EC2 Instance-terminate Lifecycle Action",
}
_ENDS: Final = {
    "autoscaling:EC2_INSTANCE_LAUNCH": "EC2 Instance Launch Successful",
    "autoscaling:EC2_INSTANCE_LAUNCH_ERROR": "EC2 Instance Launch Unsuccessful",
    "autoscaling:EC2_INSTANCE_TERMINATE": "EC2 Instance Terminate Successful",
    "autoscaling:EC2_INSTANCE_TERMINATE_ERROR": "EC2 Instance Terminate Unsuccessful",
}


@on("autoscaling.waiting")
def tell_of_lifecycle_action(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An instance waits for a hook: an event, and a message if the hook has somebody to notify."""
    facts = happening.facts
    detail = {
        "LifecycleHookName": facts["hook"],
        "AutoScalingGroupName": facts["group"],
        "LifecycleActionToken": facts["token"],
        "LifecycleTransition": facts["transition"],
        "EC2InstanceId": facts["instance"],
    }
    if facts["metadata"]:
        detail["NotificationMetadata"] = facts["metadata"]
    event = PlatformEvent(SOURCE, _LIFECYCLE_ACTIONS[facts["transition"]], detail, (facts["arn"],))
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
    if facts["receiver"]:
        lifecycle_notification(engine, tx, happening, detail)


@on("autoscaling.ended")
def tell_of_end(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A launch or termination ended: an event, and a message to each topic that asked for it."""
    facts = happening.facts
    resources = [facts["arn"]]
    if facts["activity"]["instance"]:
        resources.append(happening.scope.arn("ec2", f"instance/{facts['activity']['instance']}"))
    detail = _detail(facts, engine.clock.now_ms())
    event = PlatformEvent(SOURCE, _ENDS[facts["event"]], detail, resources)
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
    for topic in facts["topics"]:
        scaling_notification(engine, tx, happening, topic)


def _detail(facts: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    activity = facts["activity"]
    failed = facts["event"].endswith("_ERROR")
    return {
        "StatusCode": "Failed" if failed else "InProgress",
        **({} if failed else {"Description": activity["description"]}),
        "AutoScalingGroupName": facts["group"],
        "ActivityId": activity["id"],
        "Details": orjson.loads(activity["details"]),
        "RequestId": activity["id"],
        "StatusMessage": activity["message"],
        "EndTime": iso_seconds(now_ms),
        "EC2InstanceId": activity["instance"],
        "StartTime": iso_seconds(activity["started_ms"]),
        "Cause": activity["cause"],
    }
