"""Delivery to web servers by HTTP POST.

Sources: https://docs.aws.amazon.com/sns/latest/dg/http-header.html,
https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from windsock.engine.http_client import HttpClient, HttpRequest
from windsock.engine.tasks import Task
from windsock.services.sns.deliveries.base import Deliverer, Delivery, PermanentFailure, deliverer
from windsock.services.sns.delivery_policies import DEFAULT_CONTENT_TYPE
from windsock.services.sns.envelopes import Confirmation, confirmation, notification
from windsock.services.sns.limits import HTTP_TIMEOUT_S
from windsock.services.sns.pacing import Pacing
from windsock.services.sns.signing import Signer

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_USER_AGENT: Final = "Amazon Simple Notification Service Agent"


class UnsuccessfulAnswer(Exception):
    """A web server answered with a status that may be another one at the next attempt."""


async def _post(engine: Engine, url: str, headers: Mapping[str, str], body: str) -> None:
    """Send; 5xx, 429 and no answer in time may pass, everything else but success will not.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
    request = HttpRequest("POST", url, {**headers, "User-Agent": _USER_AGENT}, body.encode())
    status = (await engine.part(HttpClient).send(request, HTTP_TIMEOUT_S, most_bytes=0)).status
    if 200 <= status < 300:
        return
    if status >= 500 or status == 429:
        raise UnsuccessfulAnswer(f"the endpoint answered {status}")
    raise PermanentFailure(f"the endpoint answered {status}")


@deliverer
class HttpDeliverer(Deliverer):
    """Posts notifications and confirmation requests."""

    protocols = ("http", "https")
    tells_ended = True

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        message, subscriber = delivery.message, delivery.subscriber
        headers = {
            "x-amz-sns-message-type": "Notification",
            "x-amz-sns-message-id": message.id,
            "x-amz-sns-topic-arn": message.topic_arn,
            "x-amz-sns-subscription-arn": subscriber.arn,
            "Content-Type": subscriber.content_type,
        }
        if subscriber.is_raw:
            headers["x-amz-sns-rawdelivery"] = "true"
            body = message.content_for(subscriber.protocol)
        else:
            signature = await engine.part(Signer).sign_notification(message, subscriber.protocol)
            body = notification(message, subscriber.protocol, subscriber.arn, signature)
        await engine.part(Pacing).turn(subscriber)
        await _post(engine, subscriber.endpoint, headers, body)

    async def ask(
        self, engine: Engine, task: Task, endpoint: str, sender_name: str, request: Confirmation
    ) -> None:
        headers = {
            "x-amz-sns-message-type": request.kind,
            "x-amz-sns-message-id": request.message_id,
            "x-amz-sns-topic-arn": request.topic_arn,
            "Content-Type": DEFAULT_CONTENT_TYPE,
        }
        if request.kind == "UnsubscribeConfirmation":
            headers["x-amz-sns-subscription-arn"] = request.subscription_arn
        body = confirmation(request, await engine.part(Signer).sign_confirmation(request))
        await _post(engine, endpoint, headers, body)
