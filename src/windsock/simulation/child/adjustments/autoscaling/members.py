"""Operations on single instances of a group: attached, detached, terminated, set aside, found unhealthy.

Attaching and detaching wait for no hooks.
Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-attach-detach-instances.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import ASG_NAME_TAG, AutoScalingBackend

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling import activities
from windsock.simulation.child.adjustments.autoscaling.activities import at_now
from windsock.simulation.child.adjustments.autoscaling.groups import (
    LEAVING,
    Group,
    Invalid,
    backend_of,
    find_member,
    group_named,
    managed,
    member_named,
)
from windsock.simulation.child.adjustments.autoscaling.lifecycle import forget, leave
from windsock.simulation.child.adjustments.autoscaling.reaching import UNHEALTHY, reach_capacity
from windsock.simulation.child.execute import execute

Params = dict[str, Any]


def apply() -> None:
    """See to it that instances which end otherwise leave their groups."""
    AutoScalingBackend.notify_terminate_instances = _replace_terminated


@change("AttachInstances")
def attach_instances(account: str, region: str, params: Params) -> None:
    """Take running instances into a group, whose desired capacity grows by them."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    instances = params.get("InstanceIds") or []
    for other in backend_of(account, region).autoscaling_groups.values():
        for instance in instances:
            if find_member(other, instance) is not None:
                raise Invalid(f"Instance {instance} is already part of AutoScalingGroup:{other.name}")
    before = group.desired_capacity
    if before + len(instances) > group.max_size:
        raise _sizes(group, "attach", len(instances))
    execute("autoscaling", "AttachInstances", params, account, region)
    group.desired_capacity = before + len(instances)
    for number, instance in enumerate(instances):
        cause = (
            f"{at_now()} an instance was attached in response to a user request, "
            f"increasing the capacity from {before + number} to {before + number + 1}."
        )
        attached = member_named(group, instance).instance
        activities.begin(group, attached, "Attaching an existing EC2 instance", cause).end()


@change("DetachInstances")
def detach_instances(account: str, region: str, params: Params) -> dict[str, Any]:
    """Let instances go, which run on; others are launched for them unless the capacity shrinks."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    leaving = [member_named(group, each) for each in params.get("InstanceIds") or ()]
    shrinks = params["ShouldDecrementDesiredCapacity"]
    if shrinks and group.desired_capacity - len(leaving) < group.min_size:
        raise _sizes(group, "detach", len(leaving))
    told = []
    for member in leaving:
        cause = f"{at_now()} instance {member.instance.id} was detached in response to a user request"
        activity = activities.begin(
            group, member.instance, "Detaching EC2 instance", cause + _shrunk(group, shrinks)
        )
        activity.at("InProgress", 50)
        told.append(activity.described())
        group.ec2_backend.delete_tags([member.instance.id], {ASG_NAME_TAG: group.name})
        forget(group, member)
        activity.end()
    reach_capacity(group)
    return {"Activities": told}


@change("TerminateInstanceInAutoScalingGroup")
def terminate_instance_in_auto_scaling_group(account: str, region: str, params: Params) -> dict[str, Any]:
    """Terminate an instance, and launch another for it unless the capacity shrinks."""
    group, member = managed(account, region, params["InstanceId"])
    if member.lifecycle_state.startswith(LEAVING):
        raise Invalid(f"The instance {params['InstanceId']} is being terminated already.")
    shrinks = params["ShouldDecrementDesiredCapacity"]
    if shrinks and group.desired_capacity <= group.min_size:
        raise _sizes(group, "terminate", 1)
    cause = f"{at_now()} instance {member.instance.id} was taken out of service in response to a user request"
    activity = leave(group, member, cause + _shrunk(group, shrinks))
    reach_capacity(group)
    return {"Activity": activity.described()}


@change("EnterStandby")
def enter_standby(account: str, region: str, params: Params) -> Any:
    """Set instances aside; others are launched for them unless the capacity shrinks."""
    return _standby("EnterStandby", account, region, params)


@change("ExitStandby")
def exit_standby(account: str, region: str, params: Params) -> Any:
    """Put instances that were set aside into service."""
    return _standby("ExitStandby", account, region, params)


@change("SetInstanceHealth")
def set_instance_health(account: str, region: str, params: Params) -> None:
    """Say how an instance is; one that is unhealthy is replaced."""
    group, member = managed(account, region, params["InstanceId"])
    execute("autoscaling", "SetInstanceHealth", params, account, region)
    if params["HealthStatus"] == "Unhealthy":
        _replace(
            group,
            [member.instance.id],
            "an instance was taken out of service in response to a user health-check.",
        )


def _standby(operation: str, account: str, region: str, params: Params) -> Any:
    group = group_named(account, region, params["AutoScalingGroupName"])
    for instance in params.get("InstanceIds") or ():
        member_named(group, instance)
    told = execute("autoscaling", operation, params, account, region)
    reach_capacity(group)
    return told


def _replace_terminated(backend: AutoScalingBackend, instances: list[str]) -> None:
    """Instances were terminated by others than their groups."""
    for group in list(backend.autoscaling_groups.values()):
        _replace(
            group,
            instances,
            "an instance was taken out of service in response to an EC2 health check indicating it has been "
            "terminated or stopped.",
        )


def _replace(group: Group, instances: list[str], words: str) -> None:
    found = [member for each in instances if (member := find_member(group, each)) is not None]
    leaving = [each for each in found if not each.lifecycle_state.startswith(LEAVING)]
    for member in leaving:
        member.health_status = "Unhealthy"
        leave(group, member, f"{at_now()} {words}")
    if leaving:
        reach_capacity(group, launched_because=UNHEALTHY)


def _shrunk(group: Group, shrinks: bool) -> str:
    """The end of a cause; the desired capacity is smaller by one if it `shrinks`."""
    if not shrinks:
        return "."
    group.desired_capacity -= 1
    return f", shrinking the capacity from {group.desired_capacity + 1} to {group.desired_capacity}."


def _sizes(group: Group, to_do: str, count: int) -> Invalid:
    return Invalid(
        f"AutoScalingGroup {group.name} has min-size={group.min_size}, max-size={group.max_size}, and "
        f"desired-size={group.desired_capacity}. To {to_do} {count} more instance(s), please update the "
        "AutoScalingGroup sizes appropriately."
    )
