"""PutBucketNotificationConfiguration and its reading.

The settings are kept with the bucket, in the simulation. A receiver is tried before they are: topics and
queues are sent a test message, functions are asked whether they would run.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.arns import Arn
from windsock.kernel.clock import iso_milliseconds
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.simulation.backend.moto import Moto
from windsock.simulation.backend.notices import Notice, send
from windsock.simulation.overlays.s3.errors import InvalidArgument
from windsock.simulation.overlays.s3.notification_settings import checked, rules

SUBJECT: Final = "Amazon S3 Notification"

# What S3 says of a receiver that is not there, and of one that does not let it in.
_ABSENT: Final = {
    "sns": "The destination topic does not exist",
    "sqs": "The destination queue does not exist",
    "lambda": "The destination Lambda does not exist",
}
_CLOSED: Final = {
    "sns": "Permissions on the destination topic do not allow S3 to publish notifications from this bucket",
    "sqs": "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
    "lambda": "Not authorized to invoke function [{arn}]",
}
_DENIALS: Final = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError"})


@waiting("PutBucketNotificationConfiguration")
async def put_bucket_notification_configuration(ctx: Context, params: Params) -> Result:
    """Replace the notifications of a bucket."""
    settings = checked(params["NotificationConfiguration"])
    bucket = await _bucket(ctx, params["Bucket"])
    owner = Scope(bucket["Account"], bucket["Region"])
    arns = {rule.arn for rule in rules(settings)}
    for arn in sorted(arns):
        if arn.region != owner.region:
            raise InvalidArgument(
                "The notification destination service region is not valid for the bucket location constraint",
                str(arn),
                owner.region,
            )
    if not params.get("SkipDestinationValidation"):
        for arn in sorted(arns):
            await _try(ctx, owner, params["Bucket"], arn)
    await _ask(ctx, "SetNotifications", {"Bucket": params["Bucket"], "Settings": settings})
    return None


@waiting("GetBucketNotificationConfiguration")
async def get_bucket_notification_configuration(ctx: Context, params: Params) -> Result:
    """The notifications of a bucket."""
    settings: dict[str, Any] = (await _bucket(ctx, params["Bucket"]))["Settings"]
    return settings


@waiting("GetBucketNotification")
async def get_bucket_notification(ctx: Context, params: Params) -> NoReturn:
    """The form before 2014, which clients no longer send."""
    raise NotImplementedOperation("s3", "GetBucketNotification")


async def _bucket(ctx: Context, name: str) -> Mapping[str, Any]:
    """`Account`, `Region` and `Settings` of a bucket. Raises AwsError when it is not there."""
    found: Mapping[str, Any] = await _ask(ctx, "DescribeNotifications", {"Bucket": name})
    return found


async def _ask(ctx: Context, operation: str, params: dict[str, Any]) -> Any:
    call = dataclasses.replace(ctx.call, operation=operation, params=params)
    return await ctx.engine.part(Moto).answer(call)


async def _try(ctx: Context, owner: Scope, bucket: str, arn: Arn) -> None:
    """Raises InvalidArgument when nothing can be sent to a receiver."""
    about = f"arn:aws:s3:::{bucket}"
    cause = ctx.call.cause or f"call:{ctx.call.request_id}"
    try:
        if arn.service == "lambda":
            await _dry_run(ctx.engine, owner, arn, about, cause)
        else:
            notice = Notice("s3", str(arn), _test_event(ctx, bucket), about, SUBJECT)
            await send(ctx.engine, owner, notice, cause)
    except AwsError as error:
        reasons = _CLOSED if error.code in _DENIALS else _ABSENT
        raise InvalidArgument(
            "Unable to validate the following destination configurations",
            str(arn),
            reasons[arn.service].format(arn=arn),
        ) from error


async def _dry_run(engine: Engine, owner: Scope, arn: Arn, about: str, cause: str) -> None:
    await engine.call(
        "lambda",
        "Invoke",
        {"FunctionName": str(arn), "InvocationType": "DryRun"},
        caller=Caller.service("s3.amazonaws.com", owner.account, about),
        scope=arn.scope,
        cause=cause,
    )


def _test_event(ctx: Context, bucket: str) -> str:
    event = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso_milliseconds(ctx.now_ms),
        "Bucket": bucket,
        "RequestId": ctx.call.request_id,
        "HostId": ctx.call.request_id,
    }
    return orjson.dumps(event).decode()
