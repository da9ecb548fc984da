"""Operations that say how many instances a group has: made, changed, scaled, deleted.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html and the pages of
the other operations.
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling.activities import at_now
from windsock.simulation.child.adjustments.autoscaling.groups import (
    Group,
    Invalid,
    backend_of,
    find_group,
    group_named,
    tell,
)
from windsock.simulation.child.adjustments.autoscaling.hooks import put_hook
from windsock.simulation.child.adjustments.autoscaling.lifecycle import end_at_once
from windsock.simulation.child.adjustments.autoscaling.reaching import capacity_changed, reach_capacity
from windsock.simulation.child.execute import execute

Params = dict[str, Any]


def apply() -> None:
    """Have moto note a capacity only; the operations here see to it."""
    FakeAutoScalingGroup.set_desired_capacity = _note_capacity
    AutoScalingBackend.set_desired_capacity = _note_capacity_within_bounds


def _note_capacity(group: Group, capacity: int | None) -> None:
    group.desired_capacity = group.min_size if capacity is None else capacity


def _note_capacity_within_bounds(backend: AutoScalingBackend, name: str, capacity: int) -> None:
    group = backend.autoscaling_groups[name]
    group.desired_capacity = max(group.min_size, min(group.max_size, capacity))


@change("CreateAutoScalingGroup")
def create_auto_scaling_group(account: str, region: str, params: Params) -> None:
    """Make a group with its hooks, and launch its instances."""
    name = params["AutoScalingGroupName"]
    if find_group(account, region, name) is not None:
        raise AwsError(
            f"AutoScalingGroup by this name already exists - A group with the name {name} already exists",
            code="AlreadyExists",
        )
    _check_bounds(params["MinSize"], params["MaxSize"], params.get("DesiredCapacity"))
    given = {key: value for key, value in params.items() if key != "LifecycleHookSpecificationList"}
    execute("autoscaling", "CreateAutoScalingGroup", given, account, region)
    group = group_named(account, region, name)
    for hook in params.get("LifecycleHookSpecificationList") or ():
        put_hook(group, hook)
        if hook.get("NotificationTargetARN"):
            tell(group, "configured", receiver=hook["NotificationTargetARN"], role=hook.get("RoleARN"))
    reach_capacity(group, capacity_changed("a user request created an AutoScalingGroup", 0, group))


@change("UpdateAutoScalingGroup")
def update_auto_scaling_group(account: str, region: str, params: Params) -> None:
    """Change a group; the desired capacity stays within the bounds."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    low, high = params.get("MinSize", group.min_size), params.get("MaxSize", group.max_size)
    _check_bounds(low, high, params.get("DesiredCapacity"))
    before, mixture = group.desired_capacity, group.mixed_instances_policy
    wanted = params.get("DesiredCapacity", max(low, min(high, before)))
    execute("autoscaling", "UpdateAutoScalingGroup", {**params, "DesiredCapacity": wanted}, account, region)
    if "MixedInstancesPolicy" not in params:  # which moto would forget
        group.mixed_instances_policy = mixture
    if params.get("TerminationPolicies"):  # which moto passes over
        group.termination_policies = params["TerminationPolicies"]
    if "DefaultCooldown" in params:
        group.default_cooldown = params["DefaultCooldown"]
    words = (
        "a user request update of AutoScalingGroup constraints to "
        f"min: {group.min_size}, max: {group.max_size}, desired: {group.desired_capacity}"
    )
    reach_capacity(group, capacity_changed(words, before, group))


@change("SetDesiredCapacity")
def set_desired_capacity(account: str, region: str, params: Params) -> None:
    """Have as many instances as said."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    before, wanted = group.desired_capacity, params["DesiredCapacity"]
    for beyond, word, bound in (
        (wanted > group.max_size, "above max", group.max_size),
        (wanted < group.min_size, "below min", group.min_size),
    ):
        if beyond:
            raise Invalid(
                f"New SetDesiredCapacity value {wanted} is {word} value {bound} for the AutoScalingGroup."
            )
    group.desired_capacity = wanted
    reach_capacity(
        group, capacity_changed("a user request explicitly set group desired capacity", before, group)
    )


@change("PutScalingPolicy")
def put_scaling_policy(account: str, region: str, params: Params) -> dict[str, Any]:
    """Make a policy; moto answers without the ARN by which an alarm executes it."""
    group_named(account, region, params["AutoScalingGroupName"])
    execute("autoscaling", "PutScalingPolicy", params, account, region)
    return {"PolicyARN": backend_of(account, region).policies[params["PolicyName"]].arn, "Alarms": []}


@change("ExecutePolicy")
def execute_policy(account: str, region: str, params: Params) -> None:
    """Change the capacity as a policy says, named by its name or its ARN."""
    name = params["PolicyName"]
    policies = backend_of(account, region).policies
    policy = next((each for each in policies.values() if name in (each.name, each.arn)), None)
    if policy is None:
        raise Invalid(f"No policy found for policy name: {name}")
    group = group_named(account, region, policy.auto_scaling_group_name)
    before = group.desired_capacity
    execute("autoscaling", "ExecutePolicy", {**params, "PolicyName": policy.name}, account, region)
    reach_capacity(group, capacity_changed(f"a user request executed policy {policy.name}", before, group))


@change("ResumeProcesses")
def resume_processes(account: str, region: str, params: Params) -> None:
    """Let a group go on, which may have to launch or terminate what it did not meanwhile."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    execute("autoscaling", "ResumeProcesses", params, account, region)
    reach_capacity(group)


@change("DeleteAutoScalingGroup")
def delete_auto_scaling_group(account: str, region: str, params: Params) -> None:
    """Delete a group without instances, or by force one with its instances, for which no hook is waited."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    if group.instance_states and not params.get("ForceDelete"):
        raise AwsError(
            "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
            "request(s) still in the group.",
            code="ResourceInUse",
        )
    group.min_size = group.desired_capacity = 0
    for member in list(group.instance_states):
        words = f"instance {member.instance.id} was taken out of service in response to a user request."
        end_at_once(group, member, f"{at_now()} {words}")
    execute("autoscaling", "DeleteAutoScalingGroup", params, account, region)


def _check_bounds(low: int, high: int, desired: int | None) -> None:
    if low > high:
        raise Invalid(f"Max bound, {high}, must be greater than or equal to min bound, {low}")
    if desired is not None and not low <= desired <= high:
        raise Invalid(
            f"Desired capacity:{desired} must be between the specified min size:{low} and max size:{high}"
        )
