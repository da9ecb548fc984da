"""AWS::EC2::RouteTable: a table of routes.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::RouteTable")
class RouteTable(OneCall):
    """A route table."""

    create_operation = "CreateRouteTable"
    answer = ("RouteTable", "RouteTableId")
    delete_operation = "DeleteRouteTable"
    id_parameter = "RouteTableId"
    noun = "route-table"
    gone = ("InvalidRouteTableID.NotFound",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"RouteTableId": physical_id}
