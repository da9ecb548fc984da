"""AWS::KMS::Key: a key.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import as_text
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::KMS::Key")
class Key(ByModel):
    """A key. Removed, it is deleted once its waiting period is over."""

    service = "kms"
    create_operation = "CreateKey"
    delete_operation = "ScheduleKeyDeletion"
    id_parameter = "KeyId"
    within = ("PendingWindowInDays",)
    answer = ("KeyMetadata", "KeyId")
    renamed: ClassVar = {"KeyPolicy": "Policy"}
    settled = frozenset({"Description", "EnableKeyRotation", "Enabled", "KeyPolicy", "PendingWindowInDays"})
    gone = ("NotFoundException", "KMSInvalidStateException")

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if properties.get("Description", "") != before.get("Description", ""):
            description = properties.get("Description", "")
            await work.call("kms", "UpdateKeyDescription", KeyId=physical_id, Description=description)
        if "KeyPolicy" in properties and properties["KeyPolicy"] != before.get("KeyPolicy"):
            policy = as_text(properties["KeyPolicy"])
            await work.call("kms", "PutKeyPolicy", KeyId=physical_id, PolicyName="default", Policy=policy)
        for name, is_so, yes, no in (
            ("EnableKeyRotation", False, "EnableKeyRotation", "DisableKeyRotation"),
            ("Enabled", True, "EnableKey", "DisableKey"),
        ):
            wanted = properties.get(name, is_so)
            if wanted != before.get(name, is_so):
                await work.call("kms", yes if wanted else no, KeyId=physical_id)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Arn": work.scope.arn("kms", f"key/{physical_id}"), "KeyId": physical_id}

    def tagged(self, physical_id: str, attributes: Mapping[str, Any]) -> str:
        return physical_id
