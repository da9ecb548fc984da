"""AWS::ApplicationAutoScaling::ScalingPolicy: when and by how much a target is scaled.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work

_TARGET: Final = ("ResourceId", "ScalableDimension", "ServiceNamespace")


@resource_type("AWS::ApplicationAutoScaling::ScalingPolicy")
class ScalingPolicy(ByModel):
    """A policy; its id is its ARN."""

    service = "application-autoscaling"
    create_operation = "PutScalingPolicy"
    update_operation = "PutScalingPolicy"
    delete_operation = "DeleteScalingPolicy"
    id_parameter = "PolicyName"
    within = _TARGET
    answer = ("PolicyARN",)
    settled = frozenset({"ScalingTargetId"})
    tagging = None
    gone = ("ObjectNotFoundException",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        return super().params(work, operation, _with_target(properties))

    def known_as(self, existing: Existing) -> str:
        return str(existing.properties["PolicyName"])

    async def delete(self, work: Work, existing: Existing) -> None:
        await super().delete(work, replace(existing, properties=_with_target(existing.properties)))


def _with_target(properties: Properties) -> dict[str, Any]:
    """The properties with the names of the target, which may be told by its id, where all three are."""
    named = dict(zip(_TARGET, properties.get("ScalingTargetId", "").split("|"), strict=False))
    return {**{name: each for name, each in named.items() if each}, **properties}
