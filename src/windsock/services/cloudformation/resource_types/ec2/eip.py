"""AWS::EC2::EIP: an address of one's own.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall, only
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::EIP")
class Eip(OneCall):
    """An Elastic IP address; its id is the address."""

    create_operation = "AllocateAddress"
    answer = ("PublicIp",)
    delete_operation = "ReleaseAddress"
    id_parameter = "PublicIp"
    noun = "elastic-ip"
    gone = ("InvalidAddress.NotFound", "InvalidAllocationID.NotFound")

    def params(self, properties: Properties) -> dict[str, Any]:
        return {
            "Domain": "vpc",
            **only(properties, "Address", "Domain", "PublicIpv4Pool", "NetworkBorderGroup"),
        }

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        instance = properties.get("InstanceId")
        if instance is not None and instance != before.get("InstanceId"):
            await work.call("ec2", "AssociateAddress", InstanceId=instance, PublicIp=physical_id)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        (address,) = (await work.call("ec2", "DescribeAddresses", PublicIps=[physical_id]))["Addresses"]
        return {"AllocationId": address["AllocationId"], "PublicIp": physical_id}

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone(*self.gone):
            attributes = await self.attributes(work, existing.physical_id, existing.properties)
            await work.call("ec2", "ReleaseAddress", AllocationId=attributes["AllocationId"])
