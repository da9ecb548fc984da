"""Delivery to SQS queues.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.engine.calls import Caller
from windsock.engine.tasks import Task
from windsock.kernel.arns import Arn, parse_arn
from windsock.services.sns.deliveries.base import (
    PRINCIPAL,
    BatchDeliverer,
    Delivery,
    PermanentFailure,
    deliverer,
)
from windsock.services.sns.envelopes import Confirmation, confirmation, notification
from windsock.services.sns.limits import MAX_ATTRIBUTES_OF_RAW_MESSAGE
from windsock.services.sns.messages import Message
from windsock.services.sns.signing import Signer

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@deliverer
class SqsDeliverer(BatchDeliverer):
    """Sends to the queue, and marks the task done in the transaction that keeps the message."""

    protocols = ("sqs",)
    together = 10  # API_SendMessageBatch

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        await send(engine, delivery, delivery.subscriber.endpoint, completes=delivery.task)

    async def deliver_many(self, engine: Engine, deliveries: list[Delivery]) -> None:
        queue = _queue(deliveries[0].subscriber.endpoint)
        made = await asyncio.gather(
            *(_params(engine, each, queue) for each in deliveries), return_exceptions=True
        )
        # What cannot be sent is left out: delivered alone, it says why.
        sent = {
            str(number): (params, each.task)
            for number, (params, each) in enumerate(zip(made, deliveries, strict=True))
            if isinstance(params, dict)
        }
        await _call(
            engine,
            queue,
            "SendMessageBatch",
            {"Entries": [{"Id": entry, **params} for entry, (params, _) in sent.items()]},
            deliveries[0].task,
            deliveries[0].message.topic_arn,
            completes={entry: task for entry, (_, task) in sent.items()},
        )

    async def ask(
        self, engine: Engine, task: Task, endpoint: str, sender_name: str, request: Confirmation
    ) -> None:
        body = confirmation(request, await engine.part(Signer).sign_confirmation(request))
        queue = _queue(endpoint)
        params: dict[str, Any] = {"MessageBody": body}
        if queue.resource.endswith(".fifo"):
            params |= {"MessageGroupId": request.topic_arn, "MessageDeduplicationId": request.message_id}
        await _call(engine, queue, "SendMessage", params, task, request.topic_arn, completes=task)


async def send(engine: Engine, delivery: Delivery, queue_arn: str, *, completes: Task) -> None:
    """Send a delivery's message to a queue: the subscriber's, or its dead-letter queue."""
    queue = _queue(queue_arn)
    params = await _params(engine, delivery, queue)
    topic_arn = delivery.message.topic_arn
    await _call(engine, queue, "SendMessage", params, delivery.task, topic_arn, completes=completes)


async def _params(engine: Engine, delivery: Delivery, queue: Arn) -> dict[str, Any]:
    """What SendMessage is given, but for the queue."""
    return {**await _content(engine, delivery), **_group(queue, delivery.message)}


async def _content(engine: Engine, delivery: Delivery) -> dict[str, Any]:
    message, subscriber = delivery.message, delivery.subscriber
    if subscriber.is_raw:
        if len(message.attributes) > MAX_ATTRIBUTES_OF_RAW_MESSAGE:
            raise PermanentFailure(
                f"a raw message can have {MAX_ATTRIBUTES_OF_RAW_MESSAGE} attributes, "
                f"not {len(message.attributes)}"
            )
        params: dict[str, Any] = {"MessageBody": message.content_for(subscriber.protocol)}
        if message.attributes:
            params["MessageAttributes"] = {
                name: _raw_attribute(attribute) for name, attribute in message.attributes.items()
            }
        return params
    signature = await engine.part(Signer).sign_notification(message, subscriber.protocol)
    return {"MessageBody": notification(message, subscriber.protocol, subscriber.arn, signature)}


def _raw_attribute(attribute: Mapping[str, str]) -> dict[str, Any]:
    if "BinaryValue" in attribute:
        return {
            "DataType": attribute["DataType"],
            "BinaryValue": base64.b64decode(attribute["BinaryValue"]),
        }
    return dict(attribute)


def _group(queue: Arn, message: Message) -> dict[str, str]:
    if queue.resource.endswith(".fifo"):
        return {
            "MessageGroupId": message.group_id or message.id,
            "MessageDeduplicationId": message.deduplication_id or message.id,
        }
    if message.group_id and not message.sequence_number:
        return {"MessageGroupId": message.group_id}  # a standard topic feeds a fair queue
    return {}


def _queue(arn: str) -> Arn:
    queue = parse_arn(arn)
    if queue is None:
        raise PermanentFailure(f"{arn} is not the ARN of a queue")
    return queue


async def _call(
    engine: Engine,
    queue: Arn,
    operation: str,
    params: dict[str, Any],
    task: Task,
    topic_arn: str,
    *,
    completes: Task | Mapping[str, Task],
) -> None:
    # Only the last two segments of a queue URL are looked at.
    url = f"https://sqs.{queue.region}.amazonaws.com/{queue.account}/{queue.resource}"
    await engine.call(
        "sqs",
        operation,
        {"QueueUrl": url, **params},
        caller=Caller.service(PRINCIPAL, task.scope.account, topic_arn),
        scope=queue.scope,
        cause=f"task:{task.id}",
        completes=completes,
    )
