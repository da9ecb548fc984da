"""AWS::Events::Connection: how API destinations are signed in to.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Events::Connection")
class Connection(ByModel):
    """A connection; its id is its name."""

    service = "events"
    create_operation = "CreateConnection"
    update_operation = "UpdateConnection"
    delete_operation = "DeleteConnection"
    id_parameter = "Name"
    name_property = "Name"
    longest_name = 64
    defaults: ClassVar = {"Description": ""}
    tagging = None
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("events", "DescribeConnection", Name=physical_id)
        arn = found["ConnectionArn"]
        return {"Arn": arn, "ArnForPolicy": arn.rpartition("/")[0], "SecretArn": found.get("SecretArn", "")}

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        found = await work.call("events", "DescribeConnection", Name=physical_id)
        return not str(found["ConnectionState"]).endswith("ING")

    async def is_gone(self, work: Work, physical_id: str) -> bool:
        listed = await work.call("events", "ListConnections", NamePrefix=physical_id)
        return all(each["Name"] != physical_id for each in listed["Connections"])
