"""AWS::SecretsManager::Secret: a secret, given or made up.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::SecretsManager::Secret")
class Secret(ByModel):
    """A secret; its id is its ARN."""

    service = "secretsmanager"
    create_operation = "CreateSecret"
    update_operation = "UpdateSecret"
    delete_operation = "DeleteSecret"
    id_parameter = "SecretId"
    delete_with: ClassVar = {"ForceDeleteWithoutRecovery": True}
    answer = ("ARN",)
    name_property = "Name"
    longest_name = 64
    settled = frozenset({"GenerateSecretString"})
    defaults: ClassVar = {"Description": ""}
    there = ("ResourceExistsException",)
    gone = ("ResourceNotFoundException",)

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        return await work.call("secretsmanager", "DescribeSecret", SecretId=properties["Name"])

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        wanted = properties.get("GenerateSecretString")
        if wanted is None or wanted == before.get("GenerateSecretString"):
            return
        text = await _made_up(work, wanted)
        await work.call("secretsmanager", "PutSecretValue", SecretId=physical_id, SecretString=text)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"Id": physical_id}


async def _made_up(work: Work, wanted: Mapping[str, Any]) -> str:
    """A password; with a template of JSON, that with the password as one more of its members."""
    given = {
        name: value
        for name, value in wanted.items()
        if name not in ("SecretStringTemplate", "GenerateStringKey")
    }
    answer = await work.call("secretsmanager", "GetRandomPassword", **given)
    password = str(answer["RandomPassword"])
    if "GenerateStringKey" not in wanted:
        return password
    members = json.loads(wanted.get("SecretStringTemplate", "{}"))
    return json.dumps({**members, wanted["GenerateStringKey"]: password})
