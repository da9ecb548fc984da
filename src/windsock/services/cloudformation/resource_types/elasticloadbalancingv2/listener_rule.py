"""AWS::ElasticLoadBalancingV2::ListenerRule: what is done with some requests.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenerrule.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ElasticLoadBalancingV2::ListenerRule")
class ListenerRule(ByModel):
    """A rule; its id is its ARN."""

    service = "elbv2"
    create_operation = "CreateRule"
    update_operation = "ModifyRule"
    delete_operation = "DeleteRule"
    id_parameter = "RuleArn"
    answer = ("Rules", 0, "RuleArn")
    changed = frozenset({"Priority"})
    tagging = Tagging("AddTags", "RemoveTags")
    gone = ("RuleNotFound", "ListenerNotFound")

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if before and properties.get("Priority") != before.get("Priority"):
            priorities = [{"RuleArn": physical_id, "Priority": properties["Priority"]}]
            await work.call("elbv2", "SetRulePriorities", RulePriorities=priorities)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"RuleArn": physical_id, "IsDefault": False}
