"""AWS::EC2::SecurityGroupIngress: one rule of a group.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.resource_types.ec2.security_group import change_rule
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::SecurityGroupIngress")
class SecurityGroupIngress(ResourceType):
    """A rule."""

    async def create(self, work: Work, properties: Properties) -> Made:
        with work.there("InvalidPermission.Duplicate"):
            await change_rule(work, "Authorize", "Ingress", properties["GroupId"], properties)
        rule = work.name(128)
        return Made(rule, {"Id": rule})

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("InvalidPermission.NotFound", "InvalidGroup.NotFound"):
            group = existing.properties["GroupId"]
            await change_rule(work, "Revoke", "Ingress", group, existing.properties)
