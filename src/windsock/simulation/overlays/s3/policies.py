"""The policy of a bucket: set, and asked by whoever decides on calls.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.operations import Context, Params, Query, Result, query, waiting
from windsock.engine.resource_policies import ResourceAccess, resource_access
from windsock.kernel.arns import Arn, parse_arn
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.s3 import bucket_rows
from windsock.simulation.overlays.s3.access_blocks import access_block_of
from windsock.simulation.overlays.s3.acls import grants_of
from windsock.simulation.overlays.s3.errors import NoSuchBucket, NoSuchBucketPolicy, PublicPolicyBlocked
from windsock.simulation.overlays.s3.policy_checks import check_policy
from windsock.simulation.overlays.s3.public_policies import is_public, statements_of
from windsock.store.statements import Row

_LATEST: Final = "2012-10-17"


@waiting("PutBucketPolicy")
async def put_bucket_policy(ctx: Context, params: Params) -> Result:
    """Set a bucket's policy. Raises MalformedPolicy, and PublicPolicyBlocked where the public is blocked."""
    bucket = ctx.engine.store.read(lambda tx: bucket_rows.find(tx, params["Bucket"]))
    if bucket is None:
        raise NoSuchBucket(params["Bucket"])
    arn = bucket_rows.arn_of(ctx.scope, bucket.name)
    check_policy(params["Policy"], arn, lambda named: _may_be_there(ctx.engine, bucket, named))
    if is_public(params["Policy"]) and (await access_block_of(ctx.engine, bucket)).policies:
        raise PublicPolicyBlocked(ctx.call.caller.principal, arn)
    result: Result = await ctx.engine.part(Moto).answer(ctx.call)
    return result


@query("GetBucketPolicyStatus")
def get_bucket_policy_status(ctx: Query, params: Params) -> Result:
    """Whether a bucket's policy is public."""
    bucket = bucket_rows.find(ctx.tx, params["Bucket"])
    if bucket is None:
        raise NoSuchBucket(params["Bucket"])
    if bucket.policy is None:
        raise NoSuchBucketPolicy(bucket.name)
    return {"PolicyStatus": {"IsPublic": is_public(bucket.policy)}}


@resource_access
async def access_of(engine: Engine, arn: Arn) -> ResourceAccess | None:
    """What a bucket, or an object in it, lets be done: by its policy, by ACLs, bound by what is blocked."""
    name, _, key = arn.resource.partition("/")
    bucket = engine.store.read(lambda tx: bucket_rows.find(tx, name))
    if bucket is None:
        return None
    added: list[Mapping[str, Any]] = []
    is_open = bucket.policy is not None and is_public(bucket.policy)
    if is_open and (await access_block_of(engine, bucket)).public_buckets:
        added.append(_only_within(bucket.account))
    if bucket.ownership != bucket_rows.ENFORCED and not (await access_block_of(engine, bucket)).ignored_acls:
        added += await grants_of(engine, bucket, key)
    return ResourceAccess(_with(bucket.policy, added), bucket.account)


def _with(policy: str | None, added: list[Mapping[str, Any]]) -> str | None:
    """A policy with more statements; none of those has a variable, so that its version need not change."""
    if not added:
        return policy
    own = [] if policy is None else statements_of(policy)
    document = {"Version": _LATEST} if policy is None else orjson.loads(policy)
    return orjson.dumps({**document, "Statement": [*own, *added]}).decode()


def _only_within(account: str) -> Mapping[str, Any]:
    """RestrictPublicBuckets: a public policy lets in AWS services and the owner's account alone."""
    return {
        "Sid": "RestrictPublicBuckets",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": account},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }


def _may_be_there(engine: Engine, bucket: Row, text: str) -> bool:
    """Whether a user or role is there; what other accounts have need not be known here."""
    arn = parse_arn(text)
    is_own = arn is not None and arn.account == bucket.account
    return not is_own or engine.identities.principal(text) is not None
