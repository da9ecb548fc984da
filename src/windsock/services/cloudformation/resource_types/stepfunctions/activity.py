"""AWS::StepFunctions::Activity: work that someone outside takes.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::StepFunctions::Activity")
class Activity(ByModel):
    """An activity; its id is its ARN."""

    service = "stepfunctions"
    create_operation = "CreateActivity"
    delete_operation = "DeleteActivity"
    id_parameter = "activityArn"
    answer = ("activityArn",)
    name_property = "Name"
    longest_name = 80
    gone = ("ActivityDoesNotExist",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": physical_id, "Name": properties["Name"]}
