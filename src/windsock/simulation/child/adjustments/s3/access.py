"""Buckets are made closed, and what their ACLs let groups do can be asked.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeAcl, FakeBucket, PublicAccessBlock

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.s3.objects import bucket_of
from windsock.simulation.child.observed import happened

_make = FakeBucket.__init__


def apply() -> None:
    """Change moto's classes."""
    FakeBucket.__init__ = _made
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL  # whether they may was asked before


def _made(bucket: FakeBucket, *args: Any, **kwargs: Any) -> None:
    """Since April 2023 a new bucket has no ACLs and is blocked for the public."""
    _make(bucket, *args, **kwargs)
    bucket.public_access_block = PublicAccessBlock(True, True, True, True)
    bucket.ownership_rule = "BucketOwnerEnforced"
    happened("s3.bucket", bucket.account_id, bucket.region_name, bucket=bucket.name)


@change("DescribeGroupGrants")
def describe_group_grants(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """`Grants` of `Bucket`, or of its object `Key`, to groups: each a `Group` (URI) and a `Permission`."""
    bucket = bucket_of(account, params["Bucket"])
    return {"Grants": _grants(bucket.acl if "Key" not in params else _acl_of_object(bucket, params["Key"]))}


def _acl_of_object(bucket: FakeBucket, name: str) -> FakeAcl | None:
    key = bucket.keys.get(name)
    acl = getattr(key, "acl", None)
    # To moto an object that was put without an ACL has that of its bucket; to S3 it is private.
    return None if acl is bucket.acl else acl


def _grants(acl: FakeAcl | None) -> list[dict[str, str]]:
    return [
        {"Group": grantee.uri, "Permission": permission}
        for grant in (acl.grants if acl else ())
        for grantee in grant.grantees
        if grantee.uri
        for permission in grant.permissions
    ]
