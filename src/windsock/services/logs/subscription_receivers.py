"""What a subscription filter may send to: how a receiver is tried, and how it is sent what matches.

AWS sends a test message (to a function: invokes it) before it accepts a filter. Here the receiving
service is asked to describe the receiver, in a call like anybody's; a function is invoked without being run.
Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.operations import Context
from windsock.engine.tasks import Task
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import AwsError
from windsock.services.logs.destinations import find_destination
from windsock.services.logs.errors import InvalidParameter, ResourceNotFound
from windsock.services.logs.names import group_arn

_SERVICE: Final = "logs.amazonaws.com"


@dataclass(frozen=True, slots=True)
class _Receiver:
    """One kind of receiver: how it is called in metrics, tried and sent content.

    `failure` is what AWS says where trying fails. Content comes compressed, with a key that spreads it over
    the shards of a stream.
    """

    type: str
    needs_role: bool
    tried_by: tuple[str, Callable[[Arn], dict[str, Any]]]
    failure: str
    sent_by: tuple[str, Callable[[Arn, bytes, str], dict[str, Any]]]


def _function_event(content: bytes) -> bytes:
    return orjson.dumps({"awslogs": {"data": base64.b64encode(content).decode()}})


def _delivery_stream(arn: Arn) -> str:
    return arn.resource.removeprefix("deliverystream/")


_RECEIVERS: Final = {
    "lambda": _Receiver(
        "Lambda",
        False,
        ("Invoke", lambda arn: {"FunctionName": str(arn), "InvocationType": "DryRun"}),
        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
        "execute your function.",
        (
            "AcceptEvent",
            lambda arn, content, _: {"FunctionName": str(arn), "Payload": _function_event(content)},
        ),
    ),
    "kinesis": _Receiver(
        "Kinesis",
        True,
        ("DescribeStreamSummary", lambda arn: {"StreamARN": str(arn)}),
        "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in "
        "ACTIVE state.",
        (
            "PutRecord",
            lambda arn, content, key: {"StreamARN": str(arn), "Data": content, "PartitionKey": key},
        ),
    ),
    "firehose": _Receiver(
        "Firehose",
        True,
        ("DescribeDeliveryStream", lambda arn: {"DeliveryStreamName": _delivery_stream(arn)}),
        "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is "
        "in ACTIVE state.",
        (
            "PutRecord",
            lambda arn, content, _: {
                "DeliveryStreamName": _delivery_stream(arn),
                "Record": {"Data": content},
            },
        ),
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
    operation, params = receiver.tried_by
    try:
        await ctx.engine.call(
            arn.service,
            operation,
            params(arn),
            caller=_as_service(ctx.scope.account, group_arn(ctx.scope, group)),
            scope=arn.scope,
            cause=f"call:{ctx.call.request_id}",
        )
    except AwsError as error:
        raise InvalidParameter(receiver.failure) from error


class Place(NamedTuple):
    """Where to send: the receiver, its type in metrics, and the role to take, with its account."""

    arn: Arn
    type: str
    role_arn: str | None
    account: str


def place_of(engine: Engine, destination_arn: str, role_arn: str | None, account: str) -> Place:
    """Where a filter sends: its destination, or what that stands for. Raises ResourceNotFound."""
    arn = parse_arn(destination_arn)
    if arn is not None and arn.service == "logs":
        name = arn.resource.partition(":")[2]
        scope = arn.scope
        row = engine.store.read(lambda tx: find_destination(tx, scope, name))
        if row is None:
            raise _no_such_destination()
        arn, role_arn, account = parse_arn(row.target_arn), row.role_arn, scope.account
    if arn is None or arn.service not in _RECEIVERS:
        raise _no_such_destination()
    return Place(arn, _RECEIVERS[arn.service].type, role_arn, account)


async def send(engine: Engine, place: Place, content: bytes, key: str, group: str, task: Task) -> None:
    """Send compressed content, for the group with an ARN, and complete the task with it. Raises AwsError."""
    operation, params = _RECEIVERS[place.arn.service].sent_by
    if place.role_arn is None:
        caller = _as_service(task.scope.account, group)
    else:
        caller = Caller.role(place.role_arn, place.account, _SERVICE, f"{group}:*")
    await engine.call(
        place.arn.service,
        operation,
        params(place.arn, content, key),
        caller=caller,
        scope=place.arn.scope,
        cause=f"task:{task.id}",
        completes=task,
    )


def _as_service(account: str, group: str) -> Caller:
    return Caller.service(_SERVICE, account, f"{group}:*")


def _check_destination(ctx: Context, arn: Arn) -> None:
    kind, _, name = arn.resource.partition(":")
    if kind != "destination":
        raise InvalidParameter(
            "PutSubscriptionFilter operation cannot work with destinationArn for vendor logs"
        )
    if ctx.engine.store.read(lambda tx: find_destination(tx, arn.scope, name)) is None:
        raise _no_such_destination()


def _no_such_destination() -> ResourceNotFound:
    return ResourceNotFound("The specified destination does not exist.")
