"""AWS::IAM::AccessKey: a key of a user.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html
"""

from __future__ import annotations

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::IAM::AccessKey")
class AccessKey(ResourceType):
    """An access key; GetAtt gives its secret."""

    async def create(self, work: Work, properties: Properties) -> Made:
        user = properties["UserName"]
        key = (await work.call("iam", "CreateAccessKey", UserName=user))["AccessKey"]
        if properties.get("Status") == "Inactive":
            await _put_status(work, key["AccessKeyId"], properties)
        return Made(key["AccessKeyId"], {"SecretAccessKey": key["SecretAccessKey"]})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        await _put_status(work, existing.physical_id, properties)
        return Made(existing.physical_id, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NoSuchEntity"):
            await work.call(
                "iam",
                "DeleteAccessKey",
                UserName=existing.properties["UserName"],
                AccessKeyId=existing.physical_id,
            )


async def _put_status(work: Work, key: str, properties: Properties) -> None:
    await work.call(
        "iam",
        "UpdateAccessKey",
        UserName=properties["UserName"],
        AccessKeyId=key,
        Status=properties.get("Status", "Active"),
    )
