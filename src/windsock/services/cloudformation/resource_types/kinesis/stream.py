"""AWS::Kinesis::Stream: a data stream.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Kinesis::Stream")
class Stream(ByModel):
    """A stream; its id is its name."""

    service = "kinesis"
    create_operation = "CreateStream"
    delete_operation = "DeleteStream"
    id_parameter = "StreamName"
    name_property = "Name"
    longest_name = 128
    renamed: ClassVar = {"Name": "StreamName"}
    settled = frozenset({"RetentionPeriodHours"})
    there = ("ResourceInUseException",)
    gone = ("ResourceNotFoundException",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        old, new = (each.get("RetentionPeriodHours", 24) for each in (before, properties))
        if old != new:
            verb = "Increase" if new > old else "Decrease"
            await work.call(
                "kinesis",
                f"{verb}StreamRetentionPeriod",
                StreamName=physical_id,
                RetentionPeriodHours=new,
            )

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        found = await work.call("kinesis", "DescribeStreamSummary", StreamName=physical_id)
        return bool(found["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("kinesis", f"stream/{physical_id}")}
