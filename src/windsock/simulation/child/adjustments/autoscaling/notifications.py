"""Which topics are told of which launches and terminations.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.autoscaling.groups import (
    Group,
    Invalid,
    backend_of,
    group_named,
    tell,
)
from windsock.simulation.child.adjustments.autoscaling.limits import TOPICS_PER_GROUP

Params = dict[str, Any]

TYPES: Final = (
    "autoscaling:EC2_INSTANCE_LAUNCH",
    "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
    "autoscaling:EC2_INSTANCE_TERMINATE",
    "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
    "autoscaling:TEST_NOTIFICATION",
)


@change("PutNotificationConfiguration")
def put_notification_configuration(account: str, region: str, params: Params) -> None:
    """Have a topic told of events of these types, in place of those it was told of before."""
    group = group_named(account, region, params["AutoScalingGroupName"])
    types = params["NotificationTypes"]
    unknown = [each for each in types if each not in TYPES]
    if unknown or not types:
        raise Invalid(f"Notification type {', '.join(unknown) or 'null'} is not valid")
    topics = _configured(group)
    if params["TopicARN"] not in topics and len(topics) == TOPICS_PER_GROUP:
        raise AwsError(
            f"The limit of {TOPICS_PER_GROUP} SNS topics per Auto Scaling group is reached.",
            code="LimitExceeded",
        )
    topics[params["TopicARN"]] = list(dict.fromkeys(types))
    tell(group, "configured", receiver=params["TopicARN"], role=None)


@change("DeleteNotificationConfiguration")
def delete_notification_configuration(account: str, region: str, params: Params) -> None:
    """Tell a topic no more."""
    _configured(group_named(account, region, params["AutoScalingGroupName"])).pop(params["TopicARN"], None)


@change("DescribeNotificationConfigurations")
def describe_notification_configurations(account: str, region: str, params: Params) -> dict[str, Any]:
    """Which topics are told of what, one entry each."""
    names = params.get("AutoScalingGroupNames")
    groups = backend_of(account, region).autoscaling_groups.values()
    found = [
        {"AutoScalingGroupName": group.name, "TopicARN": topic, "NotificationType": kind}
        for group in groups
        if not names or group.name in names
        for topic, kinds in _configured(group).items()
        for kind in kinds
    ]
    first = int(params.get("NextToken") or 0)
    last = first + (params.get("MaxRecords") or 50)
    page: dict[str, Any] = {"NotificationConfigurations": found[first:last]}
    if last < len(found):
        page["NextToken"] = str(last)
    return page


@change("DescribeAutoScalingNotificationTypes")
def describe_auto_scaling_notification_types(_account: str, _region: str, _params: Params) -> dict[str, Any]:
    """The types there are."""
    return {"AutoScalingNotificationTypes": list(TYPES)}


def topics_for(group: Group, event: str) -> list[str]:
    """The topics that are told of such an event."""
    return [topic for topic, types in _configured(group).items() if event in types]


def _configured(group: Group) -> dict[str, list[str]]:
    configured: dict[str, list[str]] = vars(group).setdefault("topics", {})
    return configured
