"""AWS::Logs::ResourcePolicy: which services may write into log groups.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html
"""

from __future__ import annotations

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import resource_type


@resource_type("AWS::Logs::ResourcePolicy")
class ResourcePolicy(ByModel):
    """A policy of the account's log groups; its id is its name."""

    service = "logs"
    create_operation = "PutResourcePolicy"
    update_operation = "PutResourcePolicy"
    delete_operation = "DeleteResourcePolicy"
    id_parameter = "policyName"
    name_property = "PolicyName"
    tagging = None
    gone = ("ResourceNotFoundException",)
