"""AWS::ElasticLoadBalancingV2::TargetGroup: whom a load balancer passes requests to.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ElasticLoadBalancingV2::TargetGroup")
class TargetGroup(ByModel):
    """A target group; its id is its ARN."""

    service = "elbv2"
    create_operation = "CreateTargetGroup"
    update_operation = "ModifyTargetGroup"
    delete_operation = "DeleteTargetGroup"
    id_parameter = "TargetGroupArn"
    answer = ("TargetGroups", 0, "TargetGroupArn")
    name_property = "Name"
    longest_name = 32
    settled = frozenset({"TargetGroupAttributes", "Targets"})
    tagging = Tagging("AddTags", "RemoveTags")
    there = ("DuplicateTargetGroupName", "DuplicateTargetGroupNameException")
    gone = ("TargetGroupNotFound",)

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        return await work.call("elbv2", "DescribeTargetGroups", Names=[properties["Name"]])

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        attributes = properties.get("TargetGroupAttributes", [])
        if attributes and attributes != before.get("TargetGroupAttributes"):
            await work.call(
                "elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=physical_id, Attributes=attributes
            )
        old, new = before.get("Targets", []), properties.get("Targets", [])
        for operation, targets in (
            ("DeregisterTargets", [each for each in old if each not in new]),
            ("RegisterTargets", [each for each in new if each not in old]),
        ):
            if targets:
                await work.call("elbv2", operation, TargetGroupArn=physical_id, Targets=targets)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("elbv2", "DescribeTargetGroups", TargetGroupArns=[physical_id])
        (group,) = found["TargetGroups"]
        return {
            "LoadBalancerArns": group.get("LoadBalancerArns", []),
            "TargetGroupArn": physical_id,
            "TargetGroupFullName": physical_id.rpartition(":")[2],
            "TargetGroupName": group["TargetGroupName"],
        }
