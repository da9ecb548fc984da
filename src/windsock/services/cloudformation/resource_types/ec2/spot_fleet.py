"""AWS::EC2::SpotFleet: a request for a fleet of Spot Instances.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-spotfleet.html
"""

from __future__ import annotations

from typing import Any

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.work import Work


@resource_type("AWS::EC2::SpotFleet")
class SpotFleet(ResourceType):
    """A Spot Fleet request; removing it ends its instances."""

    async def create(self, work: Work, properties: Properties) -> Made:
        defaults = {"AllocationStrategy": "lowestPrice", "ClientToken": work.token}
        config = {**defaults, **properties["SpotFleetRequestConfigData"]}
        answer = await work.call("ec2", "RequestSpotFleet", SpotFleetRequestConfig=_config(config))
        request = answer["SpotFleetRequestId"]
        return Made(request, {"Id": request})

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        config = properties["SpotFleetRequestConfigData"]
        await work.call(
            "ec2",
            "ModifySpotFleetRequest",
            SpotFleetRequestId=existing.physical_id,
            TargetCapacity=config["TargetCapacity"],
            ExcessCapacityTerminationPolicy=config.get("ExcessCapacityTerminationPolicy"),
        )
        return Made(existing.physical_id, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("InvalidSpotFleetRequestId.NotFound"):
            await work.call(
                "ec2",
                "CancelSpotFleetRequests",
                SpotFleetRequestIds=[existing.physical_id],
                TerminateInstances=True,
            )


def _config(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration as the call has it: numbers are texts in templates, and tags say of what."""
    specifications = [dict(each) for each in config.get("LaunchSpecifications", ())]
    for each in specifications:
        for interface in each.get("NetworkInterfaces", ()):
            if "DeviceIndex" in interface:
                interface["DeviceIndex"] = int(interface["DeviceIndex"])
    given = {name: value for name, value in config.items() if name != "LaunchSpecifications"}
    return {**given, "LaunchSpecifications": specifications} if specifications else given
