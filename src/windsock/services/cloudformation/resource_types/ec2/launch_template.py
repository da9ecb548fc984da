"""AWS::EC2::LaunchTemplate: how instances are launched.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.parameters import parameters
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::LaunchTemplate")
class LaunchTemplate(OneCall):
    """A launch template; what is changed becomes its next version, which is the default one."""

    create_operation = "CreateLaunchTemplate"
    answer = ("LaunchTemplate", "LaunchTemplateId")
    delete_operation = "DeleteLaunchTemplate"
    id_parameter = "LaunchTemplateId"
    gone = ("InvalidLaunchTemplateId.NotFound",)
    name_property = "LaunchTemplateName"
    longest_name = 128

    def params(self, properties: Properties) -> dict[str, Any]:
        return parameters("ec2", "CreateLaunchTemplate", properties)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if not before or before["LaunchTemplateData"] == properties["LaunchTemplateData"]:
            return
        given = {name: each for name, each in properties.items() if name in _VERSIONED}
        params = parameters("ec2", "CreateLaunchTemplateVersion", given)
        answer = await work.call("ec2", "CreateLaunchTemplateVersion", LaunchTemplateId=physical_id, **params)
        version = str(answer["LaunchTemplateVersion"]["VersionNumber"])
        await work.call("ec2", "ModifyLaunchTemplate", LaunchTemplateId=physical_id, DefaultVersion=version)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("ec2", "DescribeLaunchTemplates", LaunchTemplateIds=[physical_id])
        (template,) = found["LaunchTemplates"]
        return {
            "DefaultVersionNumber": str(template["DefaultVersionNumber"]),
            "LatestVersionNumber": str(template["LatestVersionNumber"]),
            "LaunchTemplateId": physical_id,
        }


_VERSIONED = ("LaunchTemplateData", "VersionDescription")
