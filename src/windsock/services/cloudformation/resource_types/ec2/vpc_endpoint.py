"""AWS::EC2::VPCEndpoint: a way from a network to a service.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.parameters import as_text, parameters
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work

_LISTS = ("RouteTableIds", "SecurityGroupIds", "SubnetIds")


@resource_type("AWS::EC2::VPCEndpoint")
class VpcEndpoint(OneCall):
    """An endpoint."""

    create_operation = "CreateVpcEndpoint"
    answer = ("VpcEndpoint", "VpcEndpointId")
    delete_operation = "DeleteVpcEndpoints"
    id_parameter = "VpcEndpointIds"
    noun = "vpc-endpoint"
    gone = ("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound")

    def params(self, properties: Properties) -> dict[str, Any]:
        return parameters("ec2", "CreateVpcEndpoint", properties)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if not before:
            return
        changes: dict[str, Any] = {}
        for name in _LISTS:
            old, new = before.get(name, []), properties.get(name, [])
            changes[f"Add{name}"] = [each for each in new if each not in old] or None
            changes[f"Remove{name}"] = [each for each in old if each not in new] or None
        for name in ("PolicyDocument", "PrivateDnsEnabled"):
            if properties.get(name) != before.get(name):
                changes[name] = as_text(properties.get(name))
        if any(value is not None for value in changes.values()):
            await work.call("ec2", "ModifyVpcEndpoint", VpcEndpointId=physical_id, **changes)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("ec2", "DescribeVpcEndpoints", VpcEndpointIds=[physical_id])
        (endpoint,) = found["VpcEndpoints"]
        return {
            "CreationTimestamp": endpoint["CreationTimestamp"].isoformat(),
            "DnsEntries": [
                f"{each.get('HostedZoneId', '')}:{each['DnsName']}" for each in endpoint.get("DnsEntries", ())
            ],
            "Id": physical_id,
            "NetworkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
        }

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone(*self.gone):
            await work.call("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[existing.physical_id])
