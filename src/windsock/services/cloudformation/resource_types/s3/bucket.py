"""AWS::S3::Bucket: a bucket.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Failed,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.resource_types.s3.configurations import CONFIGURATIONS, Configuration
from windsock.services.cloudformation.tagging import tags_of
from windsock.services.cloudformation.work import Work

_LONGEST: Final = 63
# What CreateBucket takes, or an attribute is; everything else is a configuration that is put later.
_MADE_WITH: Final = frozenset({"AccessControl", "BucketName", "ObjectLockEnabled", "Tags"})


@resource_type("AWS::S3::Bucket")
class Bucket(ResourceType):
    """A bucket; its id is its name, which has no capitals. One that holds objects cannot be removed."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("BucketName") or work.name(_LONGEST, lower=True)
        _check(properties)
        region = work.scope.region
        with work.there("BucketAlreadyOwnedByYou"):
            await work.call(
                "s3",
                "CreateBucket",
                Bucket=name,
                ACL=_acl(properties),
                ObjectLockEnabledForBucket=properties.get("ObjectLockEnabled"),
                CreateBucketConfiguration=None if region == "us-east-1" else {"LocationConstraint": region},
            )
        work.began(name)
        await _configure(work, name, {}, properties)
        return Made(name, _attributes(work, name))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        name = existing.physical_id
        _check(properties)
        if properties.get("AccessControl") != existing.properties.get("AccessControl"):
            await work.call("s3", "PutBucketAcl", Bucket=name, ACL=_acl(properties) or "private")
        await _configure(work, name, existing.properties, properties)
        return Made(name, existing.attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("NoSuchBucket"):
            await work.call("s3", "DeleteBucket", Bucket=existing.physical_id)


def _check(properties: Properties) -> None:
    for name in properties:
        if name not in CONFIGURATIONS and name not in _MADE_WITH:
            raise Failed(f"windsock does not set the property {name} of this type yet.")


def _acl(properties: Properties) -> str | None:
    """`PublicRead` of a template is `public-read` of a call."""
    control = properties.get("AccessControl")
    return control and re.sub(r"(?<=[a-z])(?=[A-Z])", "-", control).lower()


async def _configure(work: Work, bucket: str, before: Properties, after: Properties) -> None:
    """Put every configuration that was changed, and take away those not declared any more."""
    for name, configuration in CONFIGURATIONS.items():
        if before.get(name) == after.get(name):
            continue
        if name in after:
            value: Any = configuration.as_called(after[name])
            await _put(work, bucket, configuration, value)
        elif configuration.remove:
            await work.call("s3", configuration.remove, Bucket=bucket)
        else:
            await _put(work, bucket, configuration, configuration.nothing)
    tags = tags_of(work, after)
    if tags and (tags != tags_of(work, before) or not before):
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        await work.call("s3", "PutBucketTagging", Bucket=bucket, Tagging={"TagSet": tag_set})
    elif before.get("Tags") and not tags:
        await work.call("s3", "DeleteBucketTagging", Bucket=bucket)


async def _put(work: Work, bucket: str, configuration: Configuration, value: Any) -> None:
    await work.call("s3", configuration.put, Bucket=bucket, **{configuration.parameter: value})


def _attributes(work: Work, name: str) -> dict[str, str]:
    region, suffix = work.scope.region, "amazonaws.com"
    dot = f"s3-website-{region}" if region in _OLD_WEBSITES else f"s3-website.{region}"
    return {
        "Arn": f"arn:{work.scope.partition}:s3:::{name}",
        "DomainName": f"{name}.s3.{suffix}",
        "DualStackDomainName": f"{name}.s3.dualstack.{region}.{suffix}",
        "RegionalDomainName": f"{name}.s3.{region}.{suffix}",
        "WebsiteURL": f"http://{name}.{dot}.{suffix}",
    }


# The regions whose website endpoints have a dash.
# Source: https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints
_OLD_WEBSITES: Final = frozenset(
    {
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "eu-west-1",
        "sa-east-1",
        "us-gov-west-1",
    }
)
