"""AWS::Events::ApiDestination: an HTTP endpoint that rules can have as a target.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Events::ApiDestination")
class ApiDestination(ByModel):
    """An API destination; its id is its name."""

    service = "events"
    create_operation = "CreateApiDestination"
    update_operation = "UpdateApiDestination"
    delete_operation = "DeleteApiDestination"
    id_parameter = "Name"
    name_property = "Name"
    longest_name = 64
    defaults: ClassVar = {"Description": "", "InvocationRateLimitPerSecond": 300}
    tagging = None
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        arn = (await work.call("events", "DescribeApiDestination", Name=physical_id))["ApiDestinationArn"]
        return {"Arn": arn, "ArnForPolicy": arn.rpartition("/")[0]}
