"""AWS::EC2::VolumeAttachment: a volume given to an instance.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volumeattachment.html
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


@resource_type("AWS::EC2::VolumeAttachment")
class VolumeAttachment(ResourceType):
    """An attachment; its id is those of the volume and of the instance."""

    async def create(self, work: Work, properties: Properties) -> Made:
        volume, instance = properties["VolumeId"], properties["InstanceId"]
        with work.there("VolumeInUse"):
            await work.call(
                "ec2",
                "AttachVolume",
                VolumeId=volume,
                InstanceId=instance,
                Device=properties.get("Device", "/dev/sdf"),
            )
        await _reach(work, volume, "in-use")
        return Made(f"{volume}|{instance}")

    async def delete(self, work: Work, existing: Existing) -> None:
        volume, _, instance = existing.physical_id.partition("|")
        with work.gone("IncorrectState", "InvalidAttachment.NotFound", "InvalidVolume.NotFound"):
            await work.call("ec2", "DetachVolume", VolumeId=volume, InstanceId=instance)
            await _reach(work, volume, "available")


async def _reach(work: Work, volume: str, state: str) -> None:
    async def ready() -> bool:
        found = await work.call("ec2", "DescribeVolumes", VolumeIds=[volume])
        return bool(found["Volumes"][0]["State"] == state)

    await work.until(ready)
