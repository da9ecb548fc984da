"""Lifecycle hooks: where instances of a group wait, and for how long.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling.groups import Group, Invalid, group_named
from windsock.simulation.child.adjustments.autoscaling.limits import (
    DEFAULT_HEARTBEAT_SECONDS,
    HEARTBEAT_SECONDS,
    HOOKS_PER_GROUP,
    LONGEST_WAIT_HEARTBEATS,
    LONGEST_WAIT_SECONDS,
)

Params = dict[str, Any]

TRANSITIONS: Final = ("autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING")
RESULTS: Final = ("CONTINUE", "ABANDON")


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook of a group: `settings` are PutLifecycleHook's, those that were given or have a default."""

    name: str
    settings: dict[str, Any]

    @property
    def transition(self) -> str:
        """At which transition instances wait."""
        return str(self.settings["LifecycleTransition"])

    @property
    def heartbeat_seconds(self) -> int:
        """How long an instance waits without a heartbeat."""
        return int(self.settings["HeartbeatTimeout"])

    @property
    def longest_wait_seconds(self) -> int:
        """How long it waits at most."""
        return min(LONGEST_WAIT_SECONDS, LONGEST_WAIT_HEARTBEATS * self.heartbeat_seconds)


@change("PutLifecycleHook")
def put_lifecycle_hook(account: str, region: str, params: Params) -> None:
    """Make a hook, or change what is given of one."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    put_hook(group, {name: value for name, value in params.items() if name != "AutoScalingGroupName"})


def put_hook(group: Group, given: Params) -> None:
    """Make or change a hook. Raises Invalid."""
    name = given["LifecycleHookName"]
    hooks = _hooks(group)
    known = hooks.get(name)
    if known is None and len(hooks) == HOOKS_PER_GROUP:
        raise AwsError(
            f"The limit of {HOOKS_PER_GROUP} lifecycle hooks per Auto Scaling group is reached.",
            code="LimitExceeded",
        )
    before = known.settings if known else _DEFAULTS
    settings = {**before, **{key: value for key, value in given.items() if key != "LifecycleHookName"}}
    if not settings.get("NotificationTargetARN"):  # an empty one is taken away
        settings.pop("NotificationTargetARN", None)
    _check(settings)
    hooks[name] = Hook(name, settings)


@change("DeleteLifecycleHook")
def delete_lifecycle_hook(account: str, region: str, params: Params) -> None:
    """Remove a hook. Instances that wait for it wait on, until they are answered or it is too late."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    if _hooks(group).pop(params["LifecycleHookName"], None) is None:
        raise Invalid(f"No Lifecycle Hook found with name: {params['LifecycleHookName']}")


@change("DescribeLifecycleHooks")
def describe_lifecycle_hooks(account: str, region: str, params: Params) -> dict[str, Any]:
    """The hooks of a group, or those named."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    names = params.get("LifecycleHookNames")
    return {
        "LifecycleHooks": [
            {
                "LifecycleHookName": hook.name,
                "AutoScalingGroupName": group.name,
                **hook.settings,
                "GlobalTimeout": hook.longest_wait_seconds,
            }
            for hook in _hooks(group).values()
            if not names or hook.name in names
        ]
    }


@change("DescribeLifecycleHookTypes")
def describe_lifecycle_hook_types(_account: str, _region: str, _params: Params) -> dict[str, Any]:
    """At which transitions instances can wait."""
    return {"LifecycleHookTypes": list(TRANSITIONS)}


def hooks_at(group: Group, transition: str) -> list[Hook]:
    """The hooks that an instance waits for at a transition."""
    return [hook for hook in _hooks(group).values() if hook.transition == transition]


_DEFAULTS: Final = {"HeartbeatTimeout": DEFAULT_HEARTBEAT_SECONDS, "DefaultResult": "ABANDON"}


def _check(settings: Params) -> None:
    if settings.get("LifecycleTransition") not in TRANSITIONS:
        raise Invalid("Lifecycle Transition must be one of " + ", ".join(TRANSITIONS))
    if settings["DefaultResult"] not in RESULTS:
        raise Invalid("Default result must be one of " + ", ".join(RESULTS))
    seconds = HEARTBEAT_SECONDS
    if settings["HeartbeatTimeout"] not in seconds:
        raise Invalid(f"Heartbeat timeout must be between {seconds[0]} and {seconds[-1]} seconds")


def _hooks(group: Group) -> dict[str, Hook]:
    hooks: dict[str, Hook] = vars(group).setdefault("hooks", {})
    return hooks
