"""AWS::KinesisFirehose::DeliveryStream: records that are brought to where they are kept.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesisfirehose-deliverystream.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::KinesisFirehose::DeliveryStream")
class DeliveryStream(ByModel):
    """A delivery stream, which no call changes but for its tags; its id is its name."""

    service = "firehose"
    create_operation = "CreateDeliveryStream"
    delete_operation = "DeleteDeliveryStream"
    id_parameter = "DeliveryStreamName"
    name_property = "DeliveryStreamName"
    longest_name = 64
    tagging = Tagging("TagDeliveryStream", "UntagDeliveryStream")
    there = ("ResourceInUseException",)
    gone = ("ResourceNotFoundException",)

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        found = await work.call("firehose", "DescribeDeliveryStream", DeliveryStreamName=physical_id)
        return bool(found["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE")

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return physical_id

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("firehose", f"deliverystream/{physical_id}")}
