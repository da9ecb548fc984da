"""Delivery to Firehose delivery streams, as the role of the subscription.

Source: https://docs.aws.amazon.com/sns/latest/dg/firehose-working-with-destinations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.engine.calls import Caller
from windsock.kernel.arns import parse_arn
from windsock.services.sns.deliveries.base import (
    PRINCIPAL,
    Deliverer,
    Delivery,
    PermanentFailure,
    deliverer,
)
from windsock.services.sns.envelopes import notification
from windsock.services.sns.signing import Signer

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@deliverer
class FirehoseDeliverer(Deliverer):
    """Puts one record, a line of its own."""

    protocols = ("firehose",)

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        message, subscriber, task = delivery.message, delivery.subscriber, delivery.task
        stream = parse_arn(subscriber.endpoint)
        if stream is None:
            raise PermanentFailure(f"{subscriber.endpoint} is not the ARN of a delivery stream")
        if subscriber.is_raw:
            text = message.content_for("firehose")
        else:
            signature = await engine.part(Signer).sign_notification(message, "firehose")
            text = notification(message, "firehose", subscriber.arn, signature)
        await engine.call(
            "firehose",
            "PutRecord",
            {
                "DeliveryStreamName": stream.resource.removeprefix("deliverystream/"),
                "Record": {"Data": f"{text}\n".encode()},
            },
            caller=Caller.role(
                subscriber.attributes["SubscriptionRoleArn"], subscriber.owner, PRINCIPAL, message.topic_arn
            ),
            scope=stream.scope,
            cause=f"task:{task.id}",
            completes=task,
        )
