"""Access control lists: which are taken, and what they let everybody do.

Of the grantees only the groups count, as accounts have no canonical ids here. A grant is decided on as a
statement of the resource's policy, as AWS maps one to the other.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from windsock.engine.calls import Call, Caller
from windsock.engine.engine import Engine
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.s3 import bucket_rows
from windsock.simulation.overlays.s3.access_blocks import access_block_of
from windsock.simulation.overlays.s3.errors import (
    AclsNotSupported,
    AclWithoutOwnership,
    PublicAclBlocked,
)
from windsock.store.statements import Row

_GROUPS: Final = "http://acs.amazonaws.com/groups/global/"
_EVERYBODY: Final = f"{_GROUPS}AllUsers"
_SIGNED_IN: Final = f"{_GROUPS}AuthenticatedUsers"
_PUBLIC_CANNED: Final = frozenset({"public-read", "public-read-write", "authenticated-read"})
_OWNERS: Final = "bucket-owner-full-control"
_HEADERS: Final = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")

_OF_BUCKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "WRITE": ("s3:PutObject", "s3:DeleteObject"),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
_OF_OBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "READ": ("s3:GetObject", "s3:GetObjectVersion"),
    "READ_ACP": ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
    "WRITE_ACP": ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
}


@waiting("CreateBucket")
async def create_bucket(ctx: Context, params: Params) -> Result:
    """Make a bucket. Raises AclWithoutOwnership, and what moto answers."""
    ownership = params.get("ObjectOwnership", bucket_rows.ENFORCED)
    if ownership == bucket_rows.ENFORCED and _told(params) not in (None, "private"):
        raise AclWithoutOwnership
    return await _answered(ctx)


@waiting("PutBucketAcl")
async def put_bucket_acl(ctx: Context, params: Params) -> Result:
    """Set the ACL of a bucket."""
    await check_acl(ctx, params)
    return await _answered(ctx)


@waiting("PutObjectAcl")
async def put_object_acl(ctx: Context, params: Params) -> Result:
    """Set the ACL of an object."""
    await check_acl(ctx, params)
    return await _answered(ctx)


@waiting("CopyObject")
async def copy_object(ctx: Context, params: Params) -> Result:
    """Copy an object."""
    await check_acl(ctx, params)
    return await _answered(ctx)


@waiting("CreateMultipartUpload")
async def create_multipart_upload(ctx: Context, params: Params) -> Result:
    """Begin to put an object in parts."""
    await check_acl(ctx, params)
    return await _answered(ctx)


async def check_acl(ctx: Context, params: Params) -> None:
    """Whether a bucket takes the ACL of a call. Raises AclsNotSupported and PublicAclBlocked."""
    told = _told(params)
    bucket = ctx.engine.store.read(lambda tx: bucket_rows.find(tx, params["Bucket"]))
    if told is None or bucket is None:
        return
    if bucket.ownership == bucket_rows.ENFORCED:
        if told != _OWNERS:
            raise AclsNotSupported
    elif _is_public(params) and (await access_block_of(ctx.engine, bucket)).acls:
        named = "/".join(filter(None, (bucket.name, params.get("Key"))))
        resource = bucket_rows.arn_of(ctx.scope, named)
        raise PublicAclBlocked(ctx.call.caller.principal, f"s3:{ctx.call.operation}", resource)


def _told(params: Params) -> str | None:
    """The canned ACL of a call, empty for grants of its own; None when it has no ACL."""
    if params.get("ACL"):
        return str(params["ACL"])
    return "" if params.get("AccessControlPolicy") or any(params.get(name) for name in _HEADERS) else None


def _is_public(params: Params) -> bool:
    grants = (params.get("AccessControlPolicy") or {}).get("Grants") or ()
    uris = [(grant.get("Grantee") or {}).get("URI") or "" for grant in grants]
    texts = [*uris, *(str(params.get(name) or "") for name in _HEADERS)]
    return params.get("ACL") in _PUBLIC_CANNED or any(_GROUPS in text for text in texts)


async def grants_of(engine: Engine, bucket: Row, key: str) -> list[Mapping[str, Any]]:
    """What the ACL of a bucket, or of its object `key`, grants to groups, as statements of a policy."""
    params = {"Bucket": bucket.name, **({"Key": key} if key else {})}
    scope = Scope(bucket.account, bucket.region)
    caller = Caller.service("s3.amazonaws.com", bucket.account)
    call = Call("s3", "DescribeGroupGrants", params, caller, scope, uuid4())
    try:
        answer = await engine.part(Moto).answer(call)
    except AwsError:
        return []  # it is being deleted
    forms = _OF_OBJECTS if key else _OF_BUCKETS
    return list(_statements(answer["Grants"], forms))


def _statements(
    grants: list[Mapping[str, str]], forms: Mapping[str, tuple[str, ...]]
) -> Iterator[Mapping[str, Any]]:
    for grant in grants:
        permission, group = grant["Permission"], grant["Group"]
        actions = [
            action
            for name, listed in forms.items()
            if permission in (name, "FULL_CONTROL")
            for action in listed
        ]
        if not actions or group not in (_EVERYBODY, _SIGNED_IN):
            continue
        signed = {"Condition": {"StringNotEquals": {"aws:PrincipalType": "Anonymous"}}}
        yield {
            "Sid": "ACL",
            "Effect": "Allow",
            "Principal": "*",
            "Action": actions,
            "Resource": "*",
            **(signed if group == _SIGNED_IN else {}),
        }


async def _answered(ctx: Context) -> Result:
    result: Result = await ctx.engine.part(Moto).answer(ctx.call)
    return result
