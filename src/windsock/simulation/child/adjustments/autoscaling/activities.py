"""Scaling activities: what a group did, why, and what came of it.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from moto.moto_api._internal import mock_random

from windsock.kernel.clock import iso_seconds, to_datetime
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling.groups import Group, Invalid, backend_of, tell
from windsock.simulation.child.adjustments.autoscaling.limits import ACTIVITIES_KEPT_MS, ACTIVITIES_PER_PAGE
from windsock.simulation.child.adjustments.autoscaling.notifications import topics_for
from windsock.simulation.child.moments import now_ms

Params = dict[str, Any]

# The type of notification of a launch or termination, by how it ended.
_EVENTS: Final = {
    ("Launching", True): "autoscaling:EC2_INSTANCE_LAUNCH",
    ("Launching", False): "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
    ("Terminating", True): "autoscaling:EC2_INSTANCE_TERMINATE",
    ("Terminating", False): "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
}


@dataclass(slots=True)
class Activity:
    """One activity; `details` is JSON. It ends with `succeed`, `fail` or `cancel`."""

    id: str
    group: str
    arn: str
    instance: str
    description: str
    cause: str
    details: str
    started_ms: int
    status: str = "InProgress"
    progress: int = 0
    message: str = ""
    ended_ms: int | None = None

    def described(self) -> dict[str, Any]:
        """As DescribeScalingActivities tells it."""
        told = {
            "ActivityId": self.id,
            "AutoScalingGroupName": self.group,
            "AutoScalingGroupARN": self.arn,
            "Description": self.description,
            "Cause": self.cause,
            "StartTime": to_datetime(self.started_ms),
            "StatusCode": self.status,
            "Progress": self.progress,
            "Details": self.details,
        }
        if self.message:
            told["StatusMessage"] = self.message
        if self.ended_ms is not None:
            told["EndTime"] = to_datetime(self.ended_ms)
        return told

    def at(self, status: str, progress: int) -> None:
        """It has come so far."""
        self.status, self.progress = status, progress

    def end(self, status: str = "Successful", message: str = "") -> None:
        """It ended, and nobody is told."""
        self.status, self.progress, self.message, self.ended_ms = status, 100, message, now_ms()


def begin(group: Group, instance: Any, doing: str, cause: str) -> Activity:
    """An activity that begins now: `doing` is such as `Launching a new EC2 instance`."""
    known = _kept(group.account_id, group.region)
    known[:] = [each for each in known if each.started_ms > now_ms() - ACTIVITIES_KEPT_MS]
    details = {}
    if instance is not None:
        details = {"Subnet ID": instance.subnet_id, "Availability Zone": instance.placement.zone}
    activity = Activity(
        str(mock_random.uuid4()),
        group.name,
        group.arn,
        "" if instance is None else instance.id,
        doing if instance is None else f"{doing}: {instance.id}",
        cause,
        json.dumps({name: value for name, value in details.items() if value}, separators=(",", ":")),
        now_ms(),
    )
    known.insert(0, activity)
    return activity


def end(group: Group, activity: Activity, status: str = "Successful", message: str = "") -> None:
    """The launch or termination ended: it is announced."""
    activity.end(status, message)
    event = _EVENTS[activity.description.partition(" ")[0], status == "Successful"]
    tell(
        group,
        "ended",
        event=event,
        topics=topics_for(group, event),
        activity={
            "id": activity.id,
            "instance": activity.instance,
            "description": activity.description,
            "cause": activity.cause,
            "details": activity.details,
            "started_ms": activity.started_ms,
            "message": message,
        },
    )


def at_now() -> str:
    """`At 2017-01-02T00:00:00Z`, with which the sentences of a cause begin."""
    return f"At {iso_seconds(now_ms())}"


@change("DescribeScalingActivities")
def describe_scaling_activities(account: str, region: str, params: Params) -> dict[str, Any]:
    """The activities, the latest first, of groups that are deleted only if that is asked for."""
    found = _kept(account, region)
    ids, name = params.get("ActivityIds"), params.get("AutoScalingGroupName")
    groups = backend_of(account, region).autoscaling_groups
    shown = [
        each
        for each in found
        if (not ids or each.id in ids)
        and (name is None or each.group == name)
        and (params.get("IncludeDeletedGroups") or each.group in groups)
    ]
    first = _first(shown, params.get("NextToken"))
    last = first + (params.get("MaxRecords") or ACTIVITIES_PER_PAGE)
    page: dict[str, Any] = {"Activities": [each.described() for each in shown[first:last]]}
    if last < len(shown):
        page["NextToken"] = shown[last].id
    return page


def _first(shown: list[Activity], token: str | None) -> int:
    if token is None:
        return 0
    for place, each in enumerate(shown):
        if each.id == token:
            return place
    raise Invalid("The token is not valid.", code="InvalidNextToken")


def _kept(account: str, region: str) -> list[Activity]:
    kept: list[Activity] = vars(backend_of(account, region)).setdefault("activities", [])
    return kept
