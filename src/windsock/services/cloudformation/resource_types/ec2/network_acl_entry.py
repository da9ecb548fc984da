"""AWS::EC2::NetworkAclEntry: a rule of a network ACL.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::NetworkAclEntry")
class NetworkAclEntry(ByModel):
    """A rule; its id is the ACL, the number and the way, with bars between them."""

    service = "ec2"
    create_operation = "CreateNetworkAclEntry"
    update_operation = "ReplaceNetworkAclEntry"
    delete_operation = "DeleteNetworkAclEntry"
    id_parameter = "NetworkAclId"
    within = ("RuleNumber", "Egress")
    renamed: ClassVar = {"Icmp": "IcmpTypeCode"}
    tagging = None
    there = ("NetworkAclEntryAlreadyExists",)
    gone = ("InvalidNetworkAclEntry.NotFound", "InvalidNetworkAclID.NotFound")

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        return {"Egress": False, **super().params(work, operation, properties)}

    async def identify(self, work: Work, properties: Properties, answer: Any) -> str:
        way = "egress" if properties.get("Egress", False) else "ingress"
        return f"{properties['NetworkAclId']}|{properties['RuleNumber']}|{way}"

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Id": physical_id}

    def known_as(self, existing: Existing) -> str:
        return str(existing.properties["NetworkAclId"])

    async def delete(self, work: Work, existing: Existing) -> None:
        await super().delete(work, replace(existing, properties={"Egress": False, **existing.properties}))
