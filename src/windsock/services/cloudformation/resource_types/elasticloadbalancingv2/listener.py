"""AWS::ElasticLoadBalancingV2::Listener: a port of a load balancer.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listener.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ElasticLoadBalancingV2::Listener")
class Listener(ByModel):
    """A listener; its id is its ARN."""

    service = "elbv2"
    create_operation = "CreateListener"
    update_operation = "ModifyListener"
    delete_operation = "DeleteListener"
    id_parameter = "ListenerArn"
    answer = ("Listeners", 0, "ListenerArn")
    tagging = Tagging("AddTags", "RemoveTags")
    there = ("DuplicateListener", "DuplicateListenerException")
    gone = ("ListenerNotFound", "LoadBalancerNotFound")

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        balancer = properties["LoadBalancerArn"]
        found = await work.call("elbv2", "DescribeListeners", LoadBalancerArn=balancer)
        return {"Listeners": [each for each in found["Listeners"] if each["Port"] == properties["Port"]]}

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"ListenerArn": physical_id}
