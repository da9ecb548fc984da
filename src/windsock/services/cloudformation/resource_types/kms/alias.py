"""AWS::KMS::Alias: a name for a key.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
"""

from __future__ import annotations

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import resource_type


@resource_type("AWS::KMS::Alias")
class Alias(ByModel):
    """An alias; its id is its name, `alias/...`."""

    service = "kms"
    create_operation = "CreateAlias"
    update_operation = "UpdateAlias"
    delete_operation = "DeleteAlias"
    id_parameter = "AliasName"
    name_property = "AliasName"
    tagging = None
    there = ("AlreadyExistsException",)
    gone = ("NotFoundException",)
