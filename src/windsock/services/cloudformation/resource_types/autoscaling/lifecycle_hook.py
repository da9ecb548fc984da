"""AWS::AutoScaling::LifecycleHook: a pause in which someone does something with an instance.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-lifecyclehook.html
"""

from __future__ import annotations

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import resource_type


@resource_type("AWS::AutoScaling::LifecycleHook")
class LifecycleHook(ByModel):
    """A hook; its id is its name."""

    service = "autoscaling"
    create_operation = "PutLifecycleHook"
    update_operation = "PutLifecycleHook"
    delete_operation = "DeleteLifecycleHook"
    id_parameter = "LifecycleHookName"
    within = ("AutoScalingGroupName",)
    name_property = "LifecycleHookName"
    tagging = None
    gone = ("ValidationError",)
