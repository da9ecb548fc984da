"""AWS::EC2::SecurityGroup: a group with the rules that are declared in it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::SecurityGroup")
class SecurityGroup(OneCall):
    """A security group; its id is that of the group."""

    create_operation = "CreateSecurityGroup"
    answer = ("GroupId",)
    delete_operation = "DeleteSecurityGroup"
    id_parameter = "GroupId"
    noun = "security-group"
    gone = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound")
    name_property = "GroupName"

    def params(self, properties: Properties) -> dict[str, Any]:
        given = {"GroupName": properties["GroupName"], "Description": properties["GroupDescription"]}
        return {**given, "VpcId": properties["VpcId"]} if "VpcId" in properties else given

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        for way, property_name in (("Ingress", "SecurityGroupIngress"), ("Egress", "SecurityGroupEgress")):
            rules, old = properties.get(property_name, []), before.get(property_name, [])
            if way == "Egress" and rules and not old:
                await _revoke_everything(work, physical_id)
            for rule in old:
                if rule not in rules:
                    with work.gone("InvalidPermission.NotFound"):
                        await change_rule(work, "Revoke", way, physical_id, rule)
            for rule in rules:
                if rule not in old:
                    with work.there("InvalidPermission.Duplicate"):
                        await change_rule(work, "Authorize", way, physical_id, rule)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        (group,) = (await work.call("ec2", "DescribeSecurityGroups", GroupIds=[physical_id]))[
            "SecurityGroups"
        ]
        return {"GroupId": physical_id, "Id": physical_id, "VpcId": group.get("VpcId", "")}


async def change_rule(work: Work, verb: str, way: str, group: str, rule: Properties) -> None:
    """`Authorize` or `Revoke` one rule, `Ingress` or `Egress`, as templates have it."""
    permission: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    permission |= {name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule}
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    if "CidrIp" in rule:
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "CidrIpv6" in rule:
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    for name in ("SourcePrefixListId", "DestinationPrefixListId"):
        if name in rule:
            permission["PrefixListIds"] = [{"PrefixListId": rule[name], **described}]
    other = rule.get("SourceSecurityGroupId", rule.get("DestinationSecurityGroupId"))
    pair = {"GroupId": other} if other else {}
    if "SourceSecurityGroupName" in rule:
        pair["GroupName"] = rule["SourceSecurityGroupName"]
    if "SourceSecurityGroupOwnerId" in rule and pair:
        pair["UserId"] = rule["SourceSecurityGroupOwnerId"]
    if pair:
        permission["UserIdGroupPairs"] = [{**pair, **described}]
    await work.call("ec2", f"{verb}SecurityGroup{way}", GroupId=group, IpPermissions=[permission])


async def _revoke_everything(work: Work, group: str) -> None:
    """A group lets everything out unless rules are declared: those are all it has then."""
    everywhere = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
    with work.gone("InvalidPermission.NotFound"):
        await change_rule(work, "Revoke", "Egress", group, everywhere)
