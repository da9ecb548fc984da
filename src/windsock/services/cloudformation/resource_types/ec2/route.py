"""AWS::EC2::Route: one route of a table.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html
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


@resource_type("AWS::EC2::Route")
class Route(ResourceType):
    """A route, known by its table and its destination."""

    async def create(self, work: Work, properties: Properties) -> Made:
        with work.there("RouteAlreadyExists"):
            await work.call("ec2", "CreateRoute", **properties)
        destination = properties.get("DestinationCidrBlock", properties.get("DestinationIpv6CidrBlock", ""))
        return Made(f"{properties['RouteTableId']}|{destination}", {"CidrBlock": destination})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await work.call("ec2", "ReplaceRoute", **properties)
        return Made(existing.physical_id, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        names = (
            "RouteTableId",
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
        )
        with work.gone("InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"):
            await work.call("ec2", "DeleteRoute", **{name: existing.properties.get(name) for name in names})
