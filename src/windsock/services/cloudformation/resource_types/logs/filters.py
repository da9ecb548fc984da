"""Filters of log groups: of metrics, and of subscribers.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html
"""

from __future__ import annotations

from windsock.services.cloudformation.by_model import ByModel


class LogFilter(ByModel):
    """A filter; its id is its name."""

    service = "logs"
    id_parameter = "filterName"
    within = ("LogGroupName",)
    name_property = "FilterName"
    longest_name = 512
    tagging = None
    gone = ("ResourceNotFoundException",)
