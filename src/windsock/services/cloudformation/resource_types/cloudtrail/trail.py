"""AWS::CloudTrail::Trail: a trail of API calls.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import parameters
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CloudTrail::Trail")
class Trail(ByModel):
    """A trail; its id is its name."""

    service = "cloudtrail"
    create_operation = "CreateTrail"
    update_operation = "UpdateTrail"
    delete_operation = "DeleteTrail"
    id_parameter = "Name"
    name_property = "TrailName"
    longest_name = 128
    renamed: ClassVar = {"TrailName": "Name", "EnableLogFileValidation": "EnableLogFileValidation"}
    settled = frozenset({"AdvancedEventSelectors", "EventSelectors", "InsightSelectors", "IsLogging"})
    tagging = Tagging("AddTags", "RemoveTags")
    there = ("TrailAlreadyExistsException",)
    gone = ("TrailNotFoundException",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if properties["IsLogging"] != before.get("IsLogging", False):
            operation = "StartLogging" if properties["IsLogging"] else "StopLogging"
            await work.call("cloudtrail", operation, Name=physical_id)
        for operation, names in (
            ("PutEventSelectors", ("EventSelectors", "AdvancedEventSelectors")),
            ("PutInsightSelectors", ("InsightSelectors",)),
        ):
            given = {name: properties[name] for name in names if name in properties}
            if given and any(given.get(name) != before.get(name) for name in names):
                params = parameters("cloudtrail", operation, given)
                await work.call("cloudtrail", operation, TrailName=physical_id, **params)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        trail = (await work.call("cloudtrail", "GetTrail", Name=physical_id))["Trail"]
        return {"Arn": trail["TrailARN"], "SnsTopicArn": trail.get("SnsTopicARN", "")}
