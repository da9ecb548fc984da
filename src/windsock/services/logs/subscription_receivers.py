"""What a subscription filter may send to, and whether it is there.

AWS sends a test message (to a function: invokes it) before it accepts a filter. Here a function is invoked
as a dry run, which asks its policy too; the other services are asked to describe the receiver.
Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from windsock.engine.calls import Caller
from windsock.engine.operations import Context
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError
from windsock.services.logs.destinations import find_destination
from windsock.services.logs.errors import InvalidParameter, ResourceNotFound
from windsock.services.logs.names import group_arn


@dataclass(frozen=True, slots=True)
class _Receiver:
    """One kind of receiver: the call that tries it, whether it needs a role, AWS's words if it fails."""

    operation: str
    params: Callable[[Arn], dict[str, Any]]
    needs_role: bool
    failure: str


_RECEIVERS: Final = {
    "lambda": _Receiver(
        "Invoke",
        lambda arn: {"FunctionName": str(arn), "InvocationType": "DryRun"},
        False,
        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
        "execute your function.",
    ),
    "kinesis": _Receiver(
        "DescribeStreamSummary",
        lambda arn: {"StreamARN": str(arn)},
        True,
        "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in "
        "ACTIVE state.",
    ),
    "firehose": _Receiver(
        "DescribeDeliveryStream",
        lambda arn: {"DeliveryStreamName": arn.resource.removeprefix("deliverystream/")},
        True,
        "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is "
        "in ACTIVE state.",
    ),
}


async def check_receiver(ctx: Context, group: str, destination_arn: str, role_arn: str | None) -> None:
    """Raise AWS's error unless the destination is there, lets Logs in and the role fits its kind."""
    arn = parse_arn(destination_arn)
    if arn is None:
        raise InvalidParameter(f"Invalid destinationArn: {destination_arn}")
    if arn.service == "logs":
        _check_destination(ctx, arn)
        return
    receiver = _RECEIVERS.get(arn.service)
    if receiver is None:
        raise InvalidParameter(
            f"PutSubscriptionFilter operation cannot work with destinationArn for vendor {arn.service}"
        )
    if receiver.needs_role != (role_arn is not None):
        how = "without" if receiver.needs_role else "with"
        raise InvalidParameter(f"destinationArn for vendor {arn.service} cannot be used {how} roleArn")
    about = f"{group_arn(ctx.scope, group)}:*"
    try:
        await ctx.engine.call(
            arn.service,
            receiver.operation,
            receiver.params(arn),
            caller=Caller.service("logs.amazonaws.com", ctx.scope.account, about),
            scope=arn.scope,
            cause=f"call:{ctx.call.request_id}",
        )
    except AwsError as error:
        raise InvalidParameter(receiver.failure) from error


def _check_destination(ctx: Context, arn: Arn) -> None:
    kind, _, name = arn.resource.partition(":")
    if kind != "destination":
        raise InvalidParameter(
            "PutSubscriptionFilter operation cannot work with destinationArn for vendor logs"
        )
    if ctx.engine.store.read(lambda tx: find_destination(tx, arn.scope, name)) is None:
        raise ResourceNotFound("The specified destination does not exist.")
