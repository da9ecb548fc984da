"""AWS::CloudWatch::Alarm: an alarm on a metric.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import resource_type
from windsock.services.cloudformation.resource_types.cloudwatch.alarms import AnyAlarm


@resource_type("AWS::CloudWatch::Alarm")
class Alarm(AnyAlarm):
    """An alarm on a metric; its id is its name."""

    create_operation = "PutMetricAlarm"
    update_operation = "PutMetricAlarm"
