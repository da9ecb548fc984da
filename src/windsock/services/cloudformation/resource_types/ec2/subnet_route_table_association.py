"""AWS::EC2::SubnetRouteTableAssociation: which table a subnet has.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::SubnetRouteTableAssociation")
class SubnetRouteTableAssociation(OneCall):
    """An association."""

    create_operation = "AssociateRouteTable"
    answer = ("AssociationId",)
    delete_operation = "DisassociateRouteTable"
    id_parameter = "AssociationId"
    gone = ("InvalidAssociationID.NotFound",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Id": physical_id}
