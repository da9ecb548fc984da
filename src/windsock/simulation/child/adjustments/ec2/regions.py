"""The regions of an account: those of its partition, and only those enabled unless others are asked for.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html and
https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html (which are enabled by default)
"""

from __future__ import annotations

from typing import Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.availability_zones_and_regions import Region, RegionsAndZonesBackend
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions
from moto.utilities.utils import get_partition

_ENABLED_BY_DEFAULT: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "cn-north-1",
        "cn-northwest-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)
_FILTERS: Final = {"endpoint": "endpoint", "opt-in-status": "opt_in_status", "region-name": "name"}


def apply() -> None:
    """Change moto's classes."""
    for region in RegionsAndZonesBackend.regions:
        region.opt_in_status = "opt-in-not-required" if region.name in _ENABLED_BY_DEFAULT else "not-opted-in"
    AvailabilityZonesAndRegions.describe_regions = _describe_regions


def _describe_regions(response: AvailabilityZonesAndRegions) -> ActionResult:
    response.error_on_dryrun()
    partition = get_partition(response.region)
    regions = [each for each in RegionsAndZonesBackend.regions if get_partition(each.name) == partition]
    names = response._get_param("RegionNames", [])
    if names:
        regions = _named(regions, names)
    elif not response._get_bool_param("AllRegions"):
        regions = [each for each in regions if each.opt_in_status != "not-opted-in"]
    return ActionResult({"Regions": _filtered(regions, response._filters_from_querystring())})


def _named(regions: list[Region], names: list[str]) -> list[Region]:
    known = {each.name: each for each in regions}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise EC2ClientError("InvalidParameterValue", f"Invalid region: [{', '.join(unknown)}]")
    return [known[name] for name in names]


def _filtered(regions: list[Region], filters: dict[str, list[str]]) -> list[Region]:
    for name, values in filters.items():
        attribute = _FILTERS.get(name)
        if attribute is None:
            raise EC2ClientError("InvalidParameterValue", f"The filter '{name}' is invalid")
        regions = [each for each in regions if getattr(each, attribute) in values]
    return regions
