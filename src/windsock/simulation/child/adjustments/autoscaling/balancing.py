"""Load balancers know who serves: instances in service, and no others of the group.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html
"""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import AutoScalingBackend

from windsock.simulation.child.adjustments.autoscaling.groups import Group, Member


def apply() -> None:
    """moto would register whoever is in the group."""
    AutoScalingBackend.update_attached_target_groups = _register_serving


def balance(group: Group) -> None:
    """Have the group's load balancers and target groups follow it."""
    if group.name in group.autoscaling_backend.autoscaling_groups:
        group.autoscaling_backend.update_attached_elbs(group.name)
        group.autoscaling_backend.update_attached_target_groups(group.name)


def release(group: Group, member: Member) -> None:
    """An instance leaves the group's target groups."""
    for target_group in _target_groups(group):
        if member.instance.id in target_group.targets:
            target_group.deregister([{"Id": member.instance.id}])


def _register_serving(backend: AutoScalingBackend, name: str) -> None:
    group = backend.autoscaling_groups[name]
    for member in group.instance_states:
        if member.lifecycle_state != "InService":
            release(group, member)
            continue
        for target_group in _target_groups(group):
            if member.instance.id not in target_group.targets and member.instance.state == "running":
                target_group.register([{"Id": member.instance.id, "Port": target_group.port}])


def _target_groups(group: Group) -> list[Any]:
    """Those that there are: one may be deleted before the group."""
    known = group.autoscaling_backend.elbv2_backend.target_groups
    return [known[arn] for arn in group.target_group_arns if arn in known]
