"""AWS::EC2::NetworkAcl: a list of what may pass into and out of subnets.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkacl.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::NetworkAcl")
class NetworkAcl(OneCall):
    """A network ACL."""

    create_operation = "CreateNetworkAcl"
    answer = ("NetworkAcl", "NetworkAclId")
    delete_operation = "DeleteNetworkAcl"
    id_parameter = "NetworkAclId"
    noun = "network-acl"
    gone = ("InvalidNetworkAclID.NotFound",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Id": physical_id}
