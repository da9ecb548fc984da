"""AWS::ApplicationAutoScaling::ScalableTarget: what is to be scaled, within which bounds.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::ApplicationAutoScaling::ScalableTarget")
class ScalableTarget(ByModel):
    """A target; its id is the resource, its dimension and its service, with bars between them."""

    service = "application-autoscaling"
    create_operation = "RegisterScalableTarget"
    update_operation = "RegisterScalableTarget"
    delete_operation = "DeregisterScalableTarget"
    id_parameter = "ResourceId"
    within = ("ScalableDimension", "ServiceNamespace")
    tagging = None
    gone = ("ObjectNotFoundException",)

    async def identify(self, work: Work, properties: Properties, answer: Mapping[str, Any]) -> str:
        return "|".join(properties[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))

    def known_as(self, existing: Existing) -> str:
        return str(existing.properties["ResourceId"])

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Id": physical_id}
