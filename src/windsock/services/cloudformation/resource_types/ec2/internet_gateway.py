"""AWS::EC2::InternetGateway: the way out of a network.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-internetgateway.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::InternetGateway")
class InternetGateway(OneCall):
    """An internet gateway."""

    create_operation = "CreateInternetGateway"
    answer = ("InternetGateway", "InternetGatewayId")
    delete_operation = "DeleteInternetGateway"
    id_parameter = "InternetGatewayId"
    noun = "internet-gateway"
    gone = ("InvalidInternetGatewayID.NotFound",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"InternetGatewayId": physical_id}
