"""AWS::EC2::Instance: an instance.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.resource_types.ec2.one_call import TAGGING
from windsock.services.cloudformation.work import Work

# The properties that RunInstances takes under their own names.
_SAME: Final = (
    "BlockDeviceMappings",
    "CpuOptions",
    "CreditSpecification",
    "EbsOptimized",
    "HibernationOptions",
    "ImageId",
    "InstanceType",
    "KernelId",
    "KeyName",
    "LaunchTemplate",
    "MetadataOptions",
    "NetworkInterfaces",
    "PrivateIpAddress",
    "RamdiskId",
    "SecurityGroupIds",
    "SecurityGroups",
    "SubnetId",
    "UserData",
)
_INTERFACE: Final = {"GroupSet": "Groups"}


@resource_type("AWS::EC2::Instance")
class Instance(ResourceType):
    """An instance; it is made once it runs."""

    async def create(self, work: Work, properties: Properties) -> Made:
        answer = await work.call(
            "ec2", "RunInstances", MinCount=1, MaxCount=1, ClientToken=work.token, **_params(work, properties)
        )
        instance = str(answer["Instances"][0]["InstanceId"])
        work.began(instance)
        await _reach(work, instance, "running")
        return Made(instance, await _attributes(work, instance))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        instance = existing.physical_id
        if properties.get("InstanceType") != existing.properties.get("InstanceType"):
            await work.call("ec2", "StopInstances", InstanceIds=[instance])
            await _reach(work, instance, "stopped")
            kind = {"Value": properties.get("InstanceType")}
            await work.call("ec2", "ModifyInstanceAttribute", InstanceId=instance, InstanceType=kind)
            await work.call("ec2", "StartInstances", InstanceIds=[instance])
            await _reach(work, instance, "running")
        await TAGGING.change(work, "ec2", instance, existing.properties, properties)
        return Made(instance, await _attributes(work, instance))

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("InvalidInstanceID.NotFound"):
            await work.call("ec2", "TerminateInstances", InstanceIds=[existing.physical_id])
            await _reach(work, existing.physical_id, "terminated")


def _params(work: Work, properties: Properties) -> dict[str, Any]:
    params: dict[str, Any] = {name: properties[name] for name in _SAME if name in properties}
    if "IamInstanceProfile" in properties:
        params["IamInstanceProfile"] = {"Name": properties["IamInstanceProfile"]}
    if "AvailabilityZone" in properties or "Tenancy" in properties:
        placement = {
            "AvailabilityZone": properties.get("AvailabilityZone"),
            "Tenancy": properties.get("Tenancy"),
        }
        params["Placement"] = {name: value for name, value in placement.items() if value is not None}
    if "Monitoring" in properties:
        params["Monitoring"] = {"Enabled": properties["Monitoring"]}
    if "NetworkInterfaces" in params:
        params["NetworkInterfaces"] = [_interface(each) for each in params["NetworkInterfaces"]]
    tags = work.tags(properties.get("Tags"))
    if tags:
        params["TagSpecifications"] = [{"ResourceType": "instance", "Tags": tags}]
    return params


def _interface(declared: Properties) -> dict[str, Any]:
    found = {_INTERFACE.get(name, name): value for name, value in declared.items()}
    return {**found, "DeviceIndex": int(found["DeviceIndex"])} if "DeviceIndex" in found else found


async def _described(work: Work, instance: str) -> dict[str, Any]:
    found = await work.call("ec2", "DescribeInstances", InstanceIds=[instance])
    described: dict[str, Any] = found["Reservations"][0]["Instances"][0]
    return described


async def _reach(work: Work, instance: str, state: str) -> None:
    async def ready() -> bool:
        return bool((await _described(work, instance))["State"]["Name"] == state)

    await work.until(ready)


async def _attributes(work: Work, instance: str) -> dict[str, Any]:
    described = await _described(work, instance)
    return {
        "InstanceId": instance,
        "AvailabilityZone": described["Placement"]["AvailabilityZone"],
        "PrivateDnsName": described.get("PrivateDnsName", ""),
        "PrivateIp": described.get("PrivateIpAddress", ""),
        "PublicDnsName": described.get("PublicDnsName", ""),
        "PublicIp": described.get("PublicIpAddress", ""),
        "VpcId": described.get("VpcId", ""),
        "State": described["State"],
    }
