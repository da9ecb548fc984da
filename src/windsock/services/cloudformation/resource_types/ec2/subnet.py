"""AWS::EC2::Subnet: a part of a network.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall, only
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::Subnet")
class Subnet(OneCall):
    """A subnet."""

    create_operation = "CreateSubnet"
    answer = ("Subnet", "SubnetId")
    delete_operation = "DeleteSubnet"
    id_parameter = "SubnetId"
    noun = "subnet"
    gone = ("InvalidSubnetID.NotFound",)

    def params(self, properties: Properties) -> dict[str, Any]:
        return only(
            properties,
            "AvailabilityZone",
            "AvailabilityZoneId",
            "CidrBlock",
            "Ipv6CidrBlock",
            "Ipv6Native",
            "VpcId",
        )

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        for switch in ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation"):
            if properties.get(switch, False) != before.get(switch, False):
                value = {"Value": properties.get(switch, False)}
                await work.call("ec2", "ModifySubnetAttribute", SubnetId=physical_id, **{switch: value})

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        (subnet,) = (await work.call("ec2", "DescribeSubnets", SubnetIds=[physical_id]))["Subnets"]
        names = ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "SubnetId", "VpcId")
        return {name: subnet[name] for name in names if name in subnet}
