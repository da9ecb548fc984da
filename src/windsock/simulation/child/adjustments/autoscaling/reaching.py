"""A group has as many instances as it should: more are launched, or some are terminated."""

from __future__ import annotations

import math
from typing import Any

from moto.core.exceptions import HTTPException, ServiceException

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling import activities
from windsock.simulation.child.adjustments.autoscaling.activities import at_now
from windsock.simulation.child.adjustments.autoscaling.balancing import balance
from windsock.simulation.child.adjustments.autoscaling.groups import Group, Member, find_group, members_of
from windsock.simulation.child.adjustments.autoscaling.lifecycle import enter, leave, retry_later

Params = dict[str, Any]

UNHEALTHY = "an instance was launched in response to an unhealthy instance needing to be replaced."


def reach_capacity(group: Group, why: str = "", launched_because: str = "") -> None:
    """Launch or terminate what is needed. `why` is the beginning of the cause, and may be empty.

    `launched_because` replaces what the cause says of launches: that the capacity differs.
    """
    have, want = len(list(members_of(group))), _wanted(group)
    if want > have and "Launch" not in group._suspended_processes:
        because = launched_because or (
            "an instance was started in response to a difference between desired and actual capacity, "
            f"increasing the capacity from {have} to {want}."
        )
        _launch(group, want - have, f"{why}{at_now()} {because}")
    elif want < have and "Terminate" not in group._suspended_processes:
        chosen = _chosen(group, have - want)
        words = [
            f"{why}{at_now()} an instance was taken out of service in response to a difference between "
            f"desired and actual capacity, shrinking the capacity from {have} to {want}.",
            *(f"{at_now()} instance {each.instance.id} was selected for termination." for each in chosen),
        ]
        for member in chosen:
            leave(group, member, "  ".join(words))
    balance(group)


def capacity_changed(words: str, before: int, group: Group) -> str:
    """The beginning of a cause: what a user asked for changed the desired capacity."""
    if group.desired_capacity == before:
        return ""
    return f"{at_now()} {words} changing the desired capacity from {before} to {group.desired_capacity}.  "


@change("ReachCapacity")
def reach_capacity_again(account: str, region: str, params: Params) -> None:
    """After a launch that failed."""
    group = find_group(account, region, params["Group"])
    if group is not None:
        reach_capacity(group)


def _wanted(group: Group) -> int:
    """How many instances make the desired capacity: with weights, of the kind that is launched first."""
    overrides = ((group.mixed_instances_policy or {}).get("LaunchTemplate") or {}).get("Overrides") or ()
    weight = int(overrides[0].get("WeightedCapacity") or 1) if overrides else 1
    return math.ceil((group.desired_capacity or 0) / weight)


def _launch(group: Group, count: int, cause: str) -> None:
    before = len(group.instance_states)
    try:
        group.replace_autoscaling_group_instances(count, group.get_propagated_tags())
    except (HTTPException, ServiceException) as error:
        activity = activities.begin(group, None, "Launching a new EC2 instance", cause)
        activities.end(group, activity, "Failed", f"{error}  Launching EC2 instance failed.")
        retry_later(group)
        return
    for member in group.instance_states[before:]:
        enter(group, member, cause)


def _chosen(group: Group, count: int) -> list[Member]:
    """Who has to go: of those not protected the oldest, or the newest if that is the group's policy."""
    able = [each for each in members_of(group) if not each.protected_from_scale_in]
    if "NewestInstance" in group.termination_policies:
        able.reverse()
    return able[:count]
