"""AWS::AutoScaling::AutoScalingGroup: a group of instances.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import parameters
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import tags_of
from windsock.services.cloudformation.work import Work


@resource_type("AWS::AutoScaling::AutoScalingGroup")
class AutoScalingGroup(ByModel):
    """A group; its id is its name. It is made once it has the instances that it is to have."""

    service = "autoscaling"
    create_operation = "CreateAutoScalingGroup"
    update_operation = "UpdateAutoScalingGroup"
    delete_operation = "DeleteAutoScalingGroup"
    id_parameter = "AutoScalingGroupName"
    delete_with: ClassVar = {"ForceDelete": True}
    name_property = "AutoScalingGroupName"
    renamed: ClassVar = {"Cooldown": "DefaultCooldown"}
    settled = frozenset(
        {"MetricsCollection", "NotificationConfiguration", "NotificationConfigurations", "Tags"}
    )
    changed = frozenset({"LifecycleHookSpecificationList", "LoadBalancerNames", "TargetGroupARNs"})
    tagging = None
    there = ("AlreadyExists",)
    gone = ("ValidationError",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        given = dict(properties)
        if "VPCZoneIdentifier" in given:
            given["VPCZoneIdentifier"] = ",".join(given["VPCZoneIdentifier"])
        params = super().params(work, operation, given)
        if operation == self.create_operation:
            params["Tags"] = _tags(work, properties, properties[self.name_property])
        return params

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if before:
            await _change_tags(work, physical_id, before, properties)
            await _change_hooks(work, physical_id, before, properties)
            for kind, name in (
                ("LoadBalancers", "LoadBalancerNames"),
                ("LoadBalancerTargetGroups", "TargetGroupARNs"),
            ):
                left, new = _compared(before.get(name, []), properties.get(name, []))
                for verb, those in (("Detach", left), ("Attach", new)):
                    if those:
                        await work.call(
                            "autoscaling",
                            f"{verb}{kind}",
                            AutoScalingGroupName=physical_id,
                            **{name: those},
                        )
        await _change_notifications(work, physical_id, before, properties)
        for each in properties.get("MetricsCollection", ()):
            if each not in before.get("MetricsCollection", ()):
                await work.call(
                    "autoscaling", "EnableMetricsCollection", AutoScalingGroupName=physical_id, **each
                )

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        found = await _described(work, physical_id)
        return bool(len(found[0]["Instances"]) >= found[0]["DesiredCapacity"])

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"AutoScalingGroupARN": (await _described(work, physical_id))[0]["AutoScalingGroupARN"]}

    async def is_gone(self, work: Work, physical_id: str) -> bool:
        return not await _described(work, physical_id)


async def _described(work: Work, group: str) -> list[dict[str, Any]]:
    found = await work.call("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=[group])
    return list(found["AutoScalingGroups"])


def _compared(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """What is not there any more, and what is new."""
    return [each for each in before if each not in after], [each for each in after if each not in before]


def _tags(work: Work, properties: Properties, group: str) -> list[dict[str, Any]]:
    """The tags of a group, which instances get too where these say so, and those of the stack always."""
    propagated = {tag["Key"]: tag["PropagateAtLaunch"] for tag in properties.get("Tags", ())}
    return [
        {
            "ResourceId": group,
            "ResourceType": "auto-scaling-group",
            "Key": key,
            "Value": value,
            "PropagateAtLaunch": propagated.get(key, True),
        }
        for key, value in tags_of(work, properties).items()
    ]


async def _change_tags(work: Work, group: str, before: Properties, after: Properties) -> None:
    old, new = _tags(work, before, group), _tags(work, after, group)
    keys = {tag["Key"] for tag in new}
    for operation, tags in (
        ("DeleteTags", [tag for tag in old if tag["Key"] not in keys]),
        ("CreateOrUpdateTags", [tag for tag in new if tag not in old]),
    ):
        if tags:
            await work.call("autoscaling", operation, Tags=tags)


async def _change_hooks(work: Work, group: str, before: Properties, after: Properties) -> None:
    name = "LifecycleHookSpecificationList"
    left, new = _compared(before.get(name, []), after.get(name, []))
    for hook in left:
        await work.call(
            "autoscaling",
            "DeleteLifecycleHook",
            AutoScalingGroupName=group,
            LifecycleHookName=hook["LifecycleHookName"],
        )
    for hook in new:
        params = parameters("autoscaling", "PutLifecycleHook", hook)
        await work.call("autoscaling", "PutLifecycleHook", AutoScalingGroupName=group, **params)


async def _change_notifications(work: Work, group: str, before: Properties, after: Properties) -> None:
    old, new = (_notifications(each) for each in (before, after))
    left, added = _compared(old, new)
    for each in left:
        await work.call(
            "autoscaling",
            "DeleteNotificationConfiguration",
            AutoScalingGroupName=group,
            TopicARN=each["TopicARN"],
        )
    for each in added:
        await work.call("autoscaling", "PutNotificationConfiguration", AutoScalingGroupName=group, **each)


def _notifications(properties: Properties) -> list[Mapping[str, Any]]:
    """Whom the group tells; the older property has one of them."""
    one = properties.get("NotificationConfiguration")
    return [*properties.get("NotificationConfigurations", ()), *([one] if one else ())]
