"""AWS::EC2::KeyPair: a key that instances are reached with.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-keypair.html
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


@resource_type("AWS::EC2::KeyPair")
class KeyPair(ResourceType):
    """A key pair; its id is its name. The private key of one made here is a parameter of Systems Manager."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties["KeyName"]
        tags = work.tags(properties.get("Tags"))
        specifications = [{"ResourceType": "key-pair", "Tags": tags}] if tags else None
        public = properties.get("PublicKeyMaterial")
        if public is not None:
            with work.there("InvalidKeyPair.Duplicate"):
                await work.call(
                    "ec2",
                    "ImportKeyPair",
                    KeyName=name,
                    PublicKeyMaterial=public.encode(),
                    TagSpecifications=specifications,
                )
        else:
            answer = await work.call(
                "ec2",
                "CreateKeyPair",
                KeyName=name,
                KeyType=properties.get("KeyType"),
                KeyFormat=properties.get("KeyFormat"),
                TagSpecifications=specifications,
            )
            work.began(name)
            await work.call(
                "ssm",
                "PutParameter",
                Name=_parameter(answer["KeyPairId"]),
                Type="SecureString",
                Value=answer["KeyMaterial"],
            )
        (pair,) = (await work.call("ec2", "DescribeKeyPairs", KeyNames=[name]))["KeyPairs"]
        return Made(name, {"KeyFingerprint": pair["KeyFingerprint"], "KeyPairId": pair["KeyPairId"]})

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("InvalidKeyPair.NotFound"):
            await work.call("ec2", "DeleteKeyPair", KeyName=existing.physical_id)
        if "KeyPairId" in existing.attributes:
            with work.gone("ParameterNotFound"):
                await work.call("ssm", "DeleteParameter", Name=_parameter(existing.attributes["KeyPairId"]))


def _parameter(key_pair: str) -> str:
    return f"/ec2/keypair/{key_pair}"
