"""AWS::Logs::SubscriptionFilter: who gets what of a log group.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import resource_type
from windsock.services.cloudformation.resource_types.logs.filters import LogFilter


@resource_type("AWS::Logs::SubscriptionFilter")
class SubscriptionFilter(LogFilter):
    """A subscription filter; its id is its name."""

    create_operation = "PutSubscriptionFilter"
    update_operation = "PutSubscriptionFilter"
    delete_operation = "DeleteSubscriptionFilter"
