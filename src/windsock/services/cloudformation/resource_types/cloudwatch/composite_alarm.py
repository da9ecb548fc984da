"""AWS::CloudWatch::CompositeAlarm: an alarm on other alarms.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import resource_type
from windsock.services.cloudformation.resource_types.cloudwatch.alarms import AnyAlarm


@resource_type("AWS::CloudWatch::CompositeAlarm")
class CompositeAlarm(AnyAlarm):
    """An alarm on other alarms; its id is its name."""

    create_operation = "PutCompositeAlarm"
    update_operation = "PutCompositeAlarm"
