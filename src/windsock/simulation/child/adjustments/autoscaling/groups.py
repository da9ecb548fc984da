"""Groups and their instances as moto keeps them, found, and told as windsock tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState, autoscaling_backends

from windsock.kernel.errors import AwsError
from windsock.simulation.child.observed import happened

Group: TypeAlias = FakeAutoScalingGroup
Member: TypeAlias = InstanceState

LEAVING = "Terminating"


class Invalid(AwsError):
    """A request that Auto Scaling does not accept."""

    code = "ValidationError"


def backend_of(account: str, region: str) -> Any:
    """moto's state of Auto Scaling in an account and region."""
    return autoscaling_backends[account][region]


def group_named(account: str, region: str, name: str) -> Group:
    """The group of that name. Raises Invalid."""
    group = find_group(account, region, name)
    if group is None:
        raise Invalid(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return group


def find_group(account: str, region: str, name: str) -> Group | None:
    """The group of that name, or None."""
    return backend_of(account, region).autoscaling_groups.get(name)


def members_of(group: Group) -> Iterator[Member]:
    """The instances that count for the capacity: those that serve or will."""
    return (
        each for each in group.instance_states if not each.lifecycle_state.startswith((LEAVING, "Standby"))
    )


def find_member(group: Group, instance: str) -> Member | None:
    """The instance of a group, or None."""
    return next((each for each in group.instance_states if each.instance.id == instance), None)


def member_named(group: Group, instance: str) -> Member:
    """The instance of a group. Raises Invalid."""
    member = find_member(group, instance)
    if member is None:
        raise Invalid(f"The instance {instance} is not part of Auto Scaling group {group.name}.")
    return member


def managed(account: str, region: str, instance: str) -> tuple[Group, Member]:
    """An instance with the group it is in. Raises Invalid."""
    for group in backend_of(account, region).autoscaling_groups.values():
        member = find_member(group, instance)
        if member is not None:
            return group, member
    raise Invalid(f"Instance Id not found - No managed instance found for instance ID: {instance}")


def tell(group: Group, name: str, **facts: Any) -> None:
    """Have windsock know what happened to a group."""
    happened(f"autoscaling.{name}", group.account_id, group.region, group=group.name, arn=group.arn, **facts)


def have_done_later(group: Group, key: str, seconds: float, operation: str, **params: Any) -> None:
    """Have windsock make a change in some time; another under the same key takes its place."""
    told = {"Group": group.name, **params}
    tell(group, "due", key=key, seconds=seconds, operation=operation, params=told)


def have_not_done(group: Group, key: str) -> None:
    """The change under that key is not to be made any more."""
    tell(group, "not_due", key=key)
