"""AWS::Logs::LogStream: a stream of a log group.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-logstream.html
"""

from __future__ import annotations

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import resource_type


@resource_type("AWS::Logs::LogStream")
class LogStream(ByModel):
    """A stream; its id is its name."""

    service = "logs"
    create_operation = "CreateLogStream"
    delete_operation = "DeleteLogStream"
    id_parameter = "logStreamName"
    within = ("LogGroupName",)
    name_property = "LogStreamName"
    longest_name = 512
    tagging = None
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)
