"""AWS::EC2::NatGateway: the way out for what has no address of its own.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall, only
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::NatGateway")
class NatGateway(OneCall):
    """A NAT gateway."""

    create_operation = "CreateNatGateway"
    answer = ("NatGateway", "NatGatewayId")
    delete_operation = "DeleteNatGateway"
    id_parameter = "NatGatewayId"
    noun = "natgateway"
    gone = ("NatGatewayNotFound",)

    def params(self, properties: Properties) -> dict[str, Any]:
        return only(properties, "AllocationId", "ConnectivityType", "PrivateIpAddress", "SubnetId")

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        async def ready() -> bool:
            found = await work.call("ec2", "DescribeNatGateways", NatGatewayIds=[physical_id])
            return bool(found["NatGateways"][0]["State"] == "available")

        await work.until(ready)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"NatGatewayId": physical_id}
