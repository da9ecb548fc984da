"""AWS::AutoScaling::LaunchConfiguration: how a group launches instances.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-launchconfiguration.html
"""

from __future__ import annotations

from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::AutoScaling::LaunchConfiguration")
class LaunchConfiguration(ByModel):
    """A launch configuration, which no call changes; its id is its name."""

    service = "autoscaling"
    create_operation = "CreateLaunchConfiguration"
    delete_operation = "DeleteLaunchConfiguration"
    id_parameter = "LaunchConfigurationName"
    name_property = "LaunchConfigurationName"
    tagging = None
    there = ("AlreadyExists",)
    gone = ("ValidationError",)

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        params = super().params(work, operation, properties)
        if "InstanceMonitoring" in properties:
            params["InstanceMonitoring"] = {"Enabled": properties["InstanceMonitoring"]}
        return params
