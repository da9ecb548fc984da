"""AWS::Logs::MetricFilter: what of a log group becomes a metric.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html
"""

from __future__ import annotations

from typing import Any

from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.resource_types.logs.filters import LogFilter
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Logs::MetricFilter")
class MetricFilter(LogFilter):
    """A metric filter; its id is its name."""

    create_operation = "PutMetricFilter"
    update_operation = "PutMetricFilter"
    delete_operation = "DeleteMetricFilter"

    def params(self, work: Work, operation: str, properties: Properties) -> dict[str, Any]:
        # Dimensions are a list of pairs in templates, a map in calls.
        transformations = [
            {**each, "Dimensions": {pair["Key"]: pair["Value"] for pair in each["Dimensions"]}}
            if "Dimensions" in each
            else each
            for each in properties["MetricTransformations"]
        ]
        return super().params(work, operation, {**properties, "MetricTransformations": transformations})
