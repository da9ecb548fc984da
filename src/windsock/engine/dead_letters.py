"""Sending what could not be delivered to a dead-letter queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from windsock.engine.calls import Caller
from windsock.engine.tasks import Task
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


async def send_dead_letter(
    engine: Engine, queue_arn: str, body: str, attributes: Mapping[str, str], *, caller: Caller, task: Task
) -> None:
    """Send `body` with message attributes that say why it could not be delivered. Raises AwsError.

    The task that is given up ends in the transaction that holds the message.
    """
    arn = parse_arn(queue_arn)
    if arn is None:
        raise AwsError(f"{queue_arn} is not an ARN.", code="InvalidParameterValue")
    await engine.call(
        "sqs",
        "SendMessage",
        {
            "QueueUrl": f"/{arn.account}/{arn.resource}",
            "MessageBody": body,
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        },
        caller=caller,
        scope=arn.scope,
        cause=task.cause,
        completes=task,
    )
