"""Where a trail is to deliver: its bucket, topic and log group must be there when it is made or changed.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.access_errors import AccessDenied
from windsock.engine.calls import Call, Caller
from windsock.engine.operations import Context
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.errors import (
    BucketDoesNotExist,
    BucketPolicy,
    InvalidLogGroup,
    InvalidLogRole,
    InvalidParameters,
    KeyDisabled,
    KeyNotFound,
    TopicPolicy,
)
from windsock.services.cloudtrail.placing import OWNERS, SERVICE, group_name, key_prefix, log_stream


async def check_destinations(ctx: Context, trail: str, settings: Mapping[str, Any]) -> None:
    """Raises the error of the first destination that a trail (its ARN) could not deliver to."""
    await _check_bucket(ctx, settings["S3BucketName"])
    await _check_bucket_policy(ctx, trail, settings)
    if settings.get("SnsTopicARN"):
        await _check_topic(ctx, trail, settings["SnsTopicARN"])
    if settings.get("CloudWatchLogsLogGroupArn"):
        await _check_log_group(ctx, trail, settings)
    elif settings.get("CloudWatchLogsRoleArn"):
        raise InvalidParameters("You must specify a log group ARN along with the role ARN.")


async def _check_bucket(ctx: Context, bucket: str) -> None:
    try:
        await ctx.engine.call(
            "s3", "HeadBucket", {"Bucket": bucket}, caller=_trail(ctx), scope=ctx.scope, cause=ctx.call.cause
        )
    except NotImplementedOperation:
        raise
    except AwsError as error:
        raise BucketDoesNotExist(bucket) from error


async def _check_bucket_policy(ctx: Context, trail: str, settings: Mapping[str, Any]) -> None:
    """Whether the bucket lets CloudTrail in.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    bucket, account = settings["S3BucketName"], ctx.scope.account
    file = {"Bucket": bucket, "Key": f"{key_prefix(account, settings)}*", "ACL": OWNERS}
    caller = Caller.service(SERVICE, account, trail)
    for operation, params in (("GetBucketAcl", {"Bucket": bucket}), ("PutObject", file)):
        if not await _may(ctx, "s3", operation, params, caller, ctx.scope):
            raise BucketPolicy(bucket)


async def _may(
    ctx: Context, service: str, operation: str, params: dict[str, Any], caller: Caller, scope: Scope
) -> bool:
    """Whether a delivery would be let through, where IAM is enforced; in an audit a denial is noted."""
    call = Call(service, operation, params, caller, scope, ctx.call.request_id, ctx.call.cause)
    try:
        await ctx.engine.authorization.check(call)
    except AccessDenied:
        return False
    return True


async def encryption(ctx: Context, settings: Mapping[str, Any]) -> dict[str, str]:
    """The key of the settings by its ARN, whichever way it was named; nothing where there is none.

    Raises KeyNotFound, KeyDisabled.
    """
    named = settings.get("KmsKeyId")
    if not named:
        return {}
    arn = parse_arn(named)
    try:
        found = await ctx.engine.call(
            "kms",
            "DescribeKey",
            {"KeyId": named},
            caller=_trail(ctx),
            scope=arn.scope if arn else ctx.scope,
            cause=ctx.call.cause,
        )
    except AwsError as error:
        raise KeyNotFound(named) from error
    key = (found or {})["KeyMetadata"]
    if not key["Enabled"]:
        raise KeyDisabled(named)
    return {"KmsKeyId": key["Arn"]}


async def _check_topic(ctx: Context, trail: str, arn: str) -> None:
    topic = parse_arn(arn)
    scope, caller = topic.scope if topic else ctx.scope, Caller.service(SERVICE, ctx.scope.account, trail)
    try:
        await ctx.engine.call("sns", "GetTopicAttributes", {"TopicArn": arn}, caller=caller, scope=scope)
    except AwsError as error:
        raise TopicPolicy from error
    if not await _may(ctx, "sns", "Publish", {"TopicArn": arn, "Message": ""}, caller, scope):
        raise TopicPolicy


async def _check_log_group(ctx: Context, trail: str, settings: Mapping[str, Any]) -> None:
    """The group is there, and the role may write to it.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
    """
    if not settings.get("CloudWatchLogsRoleArn"):
        raise InvalidLogRole("You must specify a role ARN along with the log group ARN.")
    group = parse_arn(settings["CloudWatchLogsLogGroupArn"])
    if group is None or group.service != "logs":
        raise InvalidLogGroup("CloudTrail cannot validate the specified log group ARN.")
    if not await _has_group(ctx, group):
        raise InvalidLogGroup("The specified log group does not exist.")
    account = ctx.scope.account
    caller = Caller.role(settings["CloudWatchLogsRoleArn"], account, SERVICE, trail)
    stream = log_stream(group, account, ctx.scope, settings)
    for operation in ("CreateLogStream", "PutLogEvents"):
        if not await _may(ctx, "logs", operation, stream, caller, group.scope):
            raise InvalidLogRole("Access denied. Check the permissions and trust relationships of the role.")


async def _has_group(ctx: Context, group: Arn) -> bool:
    name = group_name(group)
    answer = await ctx.engine.call(
        "logs", "DescribeLogGroups", {"logGroupNamePrefix": name}, caller=_trail(ctx), scope=group.scope
    )
    return any(each["logGroupName"] == name for each in (answer or {}).get("logGroups", ()))


def _trail(ctx: Context) -> Caller:
    return Caller.service(SERVICE, ctx.scope.account)
