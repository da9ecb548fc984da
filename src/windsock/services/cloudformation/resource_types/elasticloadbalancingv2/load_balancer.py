"""AWS::ElasticLoadBalancingV2::LoadBalancer: a load balancer.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
class LoadBalancer(ByModel):
    """A load balancer; its id is its ARN."""

    service = "elbv2"
    create_operation = "CreateLoadBalancer"
    delete_operation = "DeleteLoadBalancer"
    id_parameter = "LoadBalancerArn"
    answer = ("LoadBalancers", 0, "LoadBalancerArn")
    name_property = "Name"
    longest_name = 32
    settled = frozenset({"LoadBalancerAttributes"})
    changed = frozenset({"IpAddressType", "SecurityGroups", "Subnets"})
    there = ("DuplicateLoadBalancerName", "DuplicateLoadBalancerNameException")
    tagging = Tagging("AddTags", "RemoveTags")
    gone = ("LoadBalancerNotFound",)

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        return await work.call("elbv2", "DescribeLoadBalancers", Names=[properties["Name"]])

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        attributes = properties.get("LoadBalancerAttributes", [])
        if attributes and attributes != before.get("LoadBalancerAttributes"):
            await work.call(
                "elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=physical_id, Attributes=attributes
            )
        for name, operation in (
            ("IpAddressType", "SetIpAddressType"),
            ("SecurityGroups", "SetSecurityGroups"),
            ("Subnets", "SetSubnets"),
        ):
            if before and name in properties and properties[name] != before.get(name):
                await work.call("elbv2", operation, LoadBalancerArn=physical_id, **{name: properties[name]})

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("elbv2", "DescribeLoadBalancers", LoadBalancerArns=[physical_id])
        (balancer,) = found["LoadBalancers"]
        return {
            "CanonicalHostedZoneID": balancer.get("CanonicalHostedZoneId", ""),
            "DNSName": balancer["DNSName"],
            "LoadBalancerArn": physical_id,
            "LoadBalancerFullName": physical_id.partition(":loadbalancer/")[2],
            "LoadBalancerName": balancer["LoadBalancerName"],
            "SecurityGroups": balancer.get("SecurityGroups", []),
        }
