"""AWS::EC2::VPC: a network.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall, only
from windsock.services.cloudformation.work import Work

_SWITCHES: Final = ("EnableDnsSupport", "EnableDnsHostnames")


@resource_type("AWS::EC2::VPC")
class Vpc(OneCall):
    """A VPC."""

    create_operation = "CreateVpc"
    answer = ("Vpc", "VpcId")
    delete_operation = "DeleteVpc"
    id_parameter = "VpcId"
    noun = "vpc"
    gone = ("InvalidVpcID.NotFound",)

    def params(self, properties: Properties) -> dict[str, Any]:
        return only(properties, "CidrBlock", "InstanceTenancy", "Ipv4IpamPoolId", "Ipv4NetmaskLength")

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        for switch in _SWITCHES:
            if properties.get(switch) != before.get(switch):
                value = {"Value": properties.get(switch, switch == "EnableDnsSupport")}
                await work.call("ec2", "ModifyVpcAttribute", VpcId=physical_id, **{switch: value})

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        (vpc,) = (await work.call("ec2", "DescribeVpcs", VpcIds=[physical_id]))["Vpcs"]
        of_vpc = [{"Name": "vpc-id", "Values": [physical_id]}]
        groups = await work.call("ec2", "DescribeSecurityGroups", Filters=of_vpc)
        acls = await work.call("ec2", "DescribeNetworkAcls", Filters=of_vpc)
        blocks = vpc.get("CidrBlockAssociationSet", ())
        return {
            "VpcId": physical_id,
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": [block["AssociationId"] for block in blocks],
            "DefaultNetworkAcl": next(
                (acl["NetworkAclId"] for acl in acls["NetworkAcls"] if acl["IsDefault"]), ""
            ),
            "DefaultSecurityGroup": next(
                (group["GroupId"] for group in groups["SecurityGroups"] if group["GroupName"] == "default"),
                "",
            ),
            "Ipv6CidrBlocks": [],
        }
