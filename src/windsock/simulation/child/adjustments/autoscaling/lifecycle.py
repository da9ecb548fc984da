"""The way of one instance into its group and out of it again.

    Pending -> Pending:Wait -> Pending:Proceed -> InService
    Terminating -> Terminating:Wait -> Terminating:Proceed -> gone

It waits only for hooks: for all of its transition at once, each with a token of its own. The first ABANDON
ends the waiting; of a launch it ends the instance too.
Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import HTTPException, ServiceException
from moto.moto_api._internal import mock_random

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling import activities
from windsock.simulation.child.adjustments.autoscaling.activities import Activity, at_now
from windsock.simulation.child.adjustments.autoscaling.balancing import balance, release
from windsock.simulation.child.adjustments.autoscaling.groups import (
    LEAVING,
    Group,
    Invalid,
    Member,
    find_group,
    find_member,
    group_named,
    have_done_later,
    have_not_done,
    tell,
)
from windsock.simulation.child.adjustments.autoscaling.hooks import RESULTS, TRANSITIONS, Hook, hooks_at
from windsock.simulation.child.adjustments.autoscaling.limits import (
    LAUNCH_SECONDS,
    LONGEST_RETRY_SECONDS,
    PROCEED_SECONDS,
    RETRY_SECONDS,
)
from windsock.simulation.child.moments import now_ms

Params = dict[str, Any]

_LAUNCHING, _TERMINATING = TRANSITIONS


@dataclass(slots=True)
class Action:
    """A hook that an instance waits for, from `began_ms` until `until_ms`."""

    token: str
    hook: Hook
    began_ms: int
    until_ms: int = 0


@dataclass(slots=True)
class Way:
    """Where an instance is on its way: the hooks it waits for, and the launch or termination it is in."""

    actions: list[Action] = field(default_factory=list)
    activity: Activity | None = None


def enter(group: Group, member: Member, cause: str) -> None:
    """A new instance is to come into service."""
    _way(member).activity = activities.begin(group, member.instance, "Launching a new EC2 instance", cause)
    _wait(group, member, "Pending", _LAUNCHING, LAUNCH_SECONDS)


def leave(group: Group, member: Member, cause: str) -> Activity:
    """An instance is to be terminated."""
    _wait_no_more(group, member)
    activity = _begin_termination(group, member, cause)
    _wait(group, member, LEAVING, _TERMINATING, PROCEED_SECONDS)
    balance(group)
    return activity


def forget(group: Group, member: Member) -> None:
    """An instance is not the group's any more, and nothing of it is waited for."""
    _wait_no_more(group, member)
    have_not_done(group, member.instance.id)
    release(group, member)
    group.instance_states.remove(member)
    vars(member.instance).pop("autoscaling_group", None)


def end_at_once(group: Group, member: Member, cause: str) -> None:
    """Terminate an instance whatever it waits for."""
    _terminate(group, member, _begin_termination(group, member, cause))


def retry_later(group: Group) -> None:
    """A launch failed: try again, ever later while that goes on."""
    failures = vars(group)["failed_launches"] = vars(group).get("failed_launches", 0) + 1
    seconds = min(RETRY_SECONDS << min(failures - 1, 6), LONGEST_RETRY_SECONDS)
    have_done_later(group, f"{group.name}/capacity", seconds, "ReachCapacity")


@change("CompleteLifecycleAction")
def complete_lifecycle_action(account: str, region: str, params: Params) -> None:
    """An answer for an instance that waits."""
    result = params["LifecycleActionResult"]
    if result not in RESULTS:
        raise Invalid("Lifecycle Action Result must be one of " + ", ".join(RESULTS))
    group, member, action = _awaited(account, region, params)
    _answered(group, member, action, result, f"Lifecycle Action Completed with {result} Result")


@change("RecordLifecycleActionHeartbeat")
def record_lifecycle_action_heartbeat(account: str, region: str, params: Params) -> None:
    """An instance may wait for another heartbeat's time, if not for longer than it may at all."""
    group, _, action = _awaited(account, region, params)
    _expect_answer(group, action)


@change("ExpireLifecycleAction")
def expire_lifecycle_action(account: str, region: str, params: Params) -> None:
    """No answer came: what the hook has for that case is its result."""
    group = find_group(account, region, params["Group"])
    for member, action in _waiting(group) if group else ():
        if action.token == params["Token"] and action.until_ms <= now_ms():  # not since put off
            result = action.hook.settings["DefaultResult"]
            _answered(group, member, action, result, "Heartbeat Timeout")
            return


@change("ProceedInstance")
def proceed_instance(account: str, region: str, params: Params) -> None:
    """An instance goes on, if it is still where it was to go on from."""
    group = find_group(account, region, params["Group"])
    member = find_member(group, params["Instance"]) if group else None
    if group is None or member is None or member.lifecycle_state != params["From"]:
        return
    activity = _activity_of(member)
    if member.lifecycle_state.startswith(LEAVING):
        _terminate(group, member, activity)
        return
    member.lifecycle_state = "InService"
    vars(group)["failed_launches"] = 0
    balance(group)
    activities.end(group, activity)


def _wait(group: Group, member: Member, phase: str, transition: str, seconds: int) -> None:
    """Have an instance wait for the hooks of a transition, or go on after some time without any."""
    hooks = hooks_at(group, transition)
    if not hooks:
        _go_on(group, member, phase, seconds)
        return
    member.lifecycle_state = f"{phase}:Wait"
    _activity_of(member).at("MidLifecycleAction", 30)
    have_not_done(group, member.instance.id)
    for hook in hooks:
        action = Action(str(mock_random.uuid4()), hook, now_ms())
        _way(member).actions.append(action)
        _expect_answer(group, action)
        tell(
            group,
            "waiting",
            hook=hook.name,
            token=action.token,
            transition=transition,
            instance=member.instance.id,
            metadata=hook.settings.get("NotificationMetadata"),
            receiver=hook.settings.get("NotificationTargetARN"),
            role=hook.settings.get("RoleARN"),
        )


def _expect_answer(group: Group, action: Action) -> None:
    waited = (now_ms() - action.began_ms) / 1000
    seconds = min(action.hook.heartbeat_seconds, action.hook.longest_wait_seconds - waited)
    action.until_ms = now_ms() + round(seconds * 1000)
    have_done_later(group, action.token, seconds, "ExpireLifecycleAction", Token=action.token)


def _answered(group: Group, member: Member, action: Action, result: str, why: str) -> None:
    _way(member).actions.remove(action)
    have_not_done(group, action.token)
    launching = action.hook.transition == _LAUNCHING
    if result == "ABANDON":
        _wait_no_more(group, member)
        if launching:
            _abandon(group, member, f"Lifecycle Action with token {action.token} was abandoned: {why}")
            return
    if not _way(member).actions:
        _go_on(group, member, "Pending:Proceed" if launching else f"{LEAVING}:Proceed", PROCEED_SECONDS)


def _abandon(group: Group, member: Member, reason: str) -> None:
    message = f"Instance failed to complete user's Lifecycle Action: {reason}"
    activities.end(group, _activity_of(member), "Cancelled", message)
    leave(group, member, f"{at_now()} an instance was taken out of service in response to a launch failure.")
    retry_later(group)


def _go_on(group: Group, member: Member, state: str, seconds: int) -> None:
    member.lifecycle_state = state
    _activity_of(member).at("InProgress" if state.startswith(LEAVING) else "PreInService", 50)
    instance = member.instance.id
    have_done_later(group, instance, seconds, "ProceedInstance", Instance=instance, From=state)


def _begin_termination(group: Group, member: Member, cause: str) -> Activity:
    way = _way(member)
    if way.activity is not None and way.activity.ended_ms is None:
        way.activity.end("Cancelled", "The instance was taken out of service before it was done.")
    way.activity = activities.begin(group, member.instance, "Terminating EC2 instance", cause)
    return way.activity


def _terminate(group: Group, member: Member, activity: Activity) -> None:
    instance = member.instance.id
    try:
        member.instance.disable_api_termination = False  # which protects from users only
        group.ec2_backend.terminate_instances([instance])
    except (HTTPException, ServiceException) as error:
        activities.end(group, activity, "Failed", str(error))
        _begin_termination(group, member, activity.cause)
        _go_on(group, member, LEAVING, RETRY_SECONDS)
        return
    forget(group, member)
    balance(group)
    activities.end(group, activity)


def _awaited(account: str, region: str, params: Params) -> tuple[Group, Member, Action]:
    """What an answer or heartbeat is for, by its token or its instance. Raises Invalid."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    token, instance = params.get("LifecycleActionToken"), params.get("InstanceId")
    for member, action in _waiting(group):
        if action.hook.name == params["LifecycleHookName"] and (
            action.token == token if token else member.instance.id == instance
        ):
            return group, member, action
    by = f"token {token}" if token else f"instance ID {instance}"
    raise Invalid(f"No active Lifecycle Action found with {by}")


def _waiting(group: Group) -> list[tuple[Member, Action]]:
    return [(member, action) for member in group.instance_states for action in _way(member).actions]


def _wait_no_more(group: Group, member: Member) -> None:
    for action in _way(member).actions:
        have_not_done(group, action.token)
    _way(member).actions.clear()


def _activity_of(member: Member) -> Activity:
    """The activity of an instance that enters or leaves, which began with that."""
    activity = _way(member).activity
    if activity is None:
        raise LookupError(f"{member.instance.id} is {member.lifecycle_state} without an activity")
    return activity


def _way(member: Member) -> Way:
    way: Way = vars(member).setdefault("way", Way())
    return way
