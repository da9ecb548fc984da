"""What starts instances, or gives them an instance profile.

A launch specification of a Spot Fleet may name several subnets, with commas between them; the fleet
spreads over them.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetLaunchSpecification.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError
from windsock.simulation.overlays.ec2.instance_profiles import answer_with_profiles


@waiting("RunInstances")
async def run_instances(ctx: Context, params: Params) -> Result:
    """Start instances."""
    result: Result = await answer_with_profiles(ctx, params)
    return result


@waiting("AssociateIamInstanceProfile")
async def associate_iam_instance_profile(ctx: Context, params: Params) -> Result:
    """Give an instance a profile."""
    result: Result = await answer_with_profiles(ctx, params)
    return result


@waiting("ReplaceIamInstanceProfileAssociation")
async def replace_iam_instance_profile_association(ctx: Context, params: Params) -> Result:
    """Give an instance another profile."""
    result: Result = await answer_with_profiles(ctx, params)
    return result


@waiting("RequestSpotFleet")
async def request_spot_fleet(ctx: Context, params: Params) -> Result:
    """Ask for Spot instances, spread over the subnets of each specification. Raises AwsError without any."""
    config: Mapping[str, Any] = params["SpotFleetRequestConfig"]
    specifications = [each for given in config.get("LaunchSpecifications", ()) for each in _by_subnet(given)]
    spread = {"AllocationStrategy": "lowestPrice", **config}
    if specifications:
        spread["LaunchSpecifications"] = specifications
    elif not config.get("LaunchTemplateConfigs"):
        raise AwsError(
            "LaunchSpecifications or LaunchTemplateConfigs must be specified.",
            code="InvalidSpotFleetRequestConfig",
        )
    result: Result = await answer_with_profiles(ctx, {**params, "SpotFleetRequestConfig": spread})
    return result


def _by_subnet(specification: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    subnets = [subnet.strip() for subnet in specification.get("SubnetId", "").split(",")]
    for subnet in subnets:
        yield {**specification, "SubnetId": subnet} if subnet else specification
