"""AWS::EC2::EIPAssociation: an address given to an instance.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eipassociation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::EIPAssociation")
class EipAssociation(OneCall):
    """An association of an address."""

    create_operation = "AssociateAddress"
    answer = ("AssociationId",)
    delete_operation = "DisassociateAddress"
    id_parameter = "AssociationId"
    gone = ("InvalidAssociationID.NotFound",)

    def params(self, properties: Properties) -> dict[str, Any]:
        # `EIP` is the older name of the address.
        given = {name: value for name, value in properties.items() if name != "EIP"}
        return {**given, "PublicIp": properties["EIP"]} if "EIP" in properties else given

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Id": physical_id}
