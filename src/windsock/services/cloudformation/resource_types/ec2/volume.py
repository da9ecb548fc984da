"""AWS::EC2::Volume: a volume.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.resource_types.ec2.one_call import OneCall, only
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::Volume")
class Volume(OneCall):
    """An EBS volume."""

    create_operation = "CreateVolume"
    answer = ("VolumeId",)
    delete_operation = "DeleteVolume"
    id_parameter = "VolumeId"
    noun = "volume"
    gone = ("InvalidVolume.NotFound",)

    def params(self, properties: Properties) -> dict[str, Any]:
        return only(
            properties,
            "AvailabilityZone",
            "Encrypted",
            "Iops",
            "KmsKeyId",
            "Size",
            "SnapshotId",
            "Throughput",
            "VolumeType",
        )

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        changed = {
            name: properties[name]
            for name in ("Iops", "Size", "Throughput", "VolumeType")
            if before and name in properties and properties[name] != before.get(name)
        }
        if changed:
            await work.call("ec2", "ModifyVolume", VolumeId=physical_id, **changed)

        async def ready() -> bool:
            found = await work.call("ec2", "DescribeVolumes", VolumeIds=[physical_id])
            return bool(found["Volumes"][0]["State"] in ("available", "in-use"))

        await work.until(ready)

    async def snapshot(self, work: Work, existing: Existing) -> None:
        description = f"{work.logical_id} of {work.stack_name}"
        with work.gone(*self.gone):
            await work.call("ec2", "CreateSnapshot", VolumeId=existing.physical_id, Description=description)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"VolumeId": physical_id}
