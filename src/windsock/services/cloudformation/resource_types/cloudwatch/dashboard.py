"""AWS::CloudWatch::Dashboard: a dashboard.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CloudWatch::Dashboard")
class Dashboard(ByModel):
    """A dashboard; its id is its name."""

    service = "cloudwatch"
    create_operation = "PutDashboard"
    update_operation = "PutDashboard"
    delete_operation = "DeleteDashboards"
    id_parameter = "DashboardName"
    delete_parameter = "DashboardNames"
    name_property = "DashboardName"
    gone = ("DashboardNotFoundError", "ResourceNotFound")

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        # GetAtt gives none: this is what tags are put by.
        return {"Arn": work.scope.of_account.arn("cloudwatch", f"dashboard/{physical_id}")}
