"""AWS::EC2::VPCGatewayAttachment: a gateway of a network.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::VPCGatewayAttachment")
class VpcGatewayAttachment(ResourceType):
    """An attachment of an internet gateway or of a virtual private gateway."""

    async def create(self, work: Work, properties: Properties) -> Made:
        vpc = properties["VpcId"]
        if "InternetGatewayId" in properties:
            gateway = properties["InternetGatewayId"]
            with work.there("Resource.AlreadyAssociated"):
                await work.call("ec2", "AttachInternetGateway", VpcId=vpc, InternetGatewayId=gateway)
            return Made(f"IGW|{vpc}", {"AttachmentType": "IGW"})
        gateway = properties["VpnGatewayId"]
        await work.call("ec2", "AttachVpnGateway", VpcId=vpc, VpnGatewayId=gateway)
        return Made(f"VGW|{vpc}", {"AttachmentType": "VGW"})

    async def delete(self, work: Work, existing: Existing) -> None:
        properties = existing.properties
        operation, name = (
            ("DetachInternetGateway", "InternetGatewayId")
            if "InternetGatewayId" in properties
            else ("DetachVpnGateway", "VpnGatewayId")
        )
        with work.gone("Gateway.NotAttached", "InvalidInternetGatewayID.NotFound", "InvalidVpcID.NotFound"):
            await work.call("ec2", operation, VpcId=properties["VpcId"], **{name: properties[name]})
