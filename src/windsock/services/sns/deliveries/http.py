"""Delivery to web servers by HTTP POST.

Sources: https://docs.aws.amazon.com/sns/latest/dg/http-header.html,
https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from windsock.engine.tasks import Task
from windsock.services.sns.deliveries.base import Deliverer, Delivery, PermanentFailure, deliverer
from windsock.services.sns.delivery_policies import DEFAULT_CONTENT_TYPE
from windsock.services.sns.envelopes import Confirmation, confirmation, notification
from windsock.services.sns.limits import HTTP_TIMEOUT_S
from windsock.services.sns.signing import Signer

if TYPE_CHECKING:
    import aiohttp

    from windsock.engine.engine import Engine

_USER_AGENT: Final = "Amazon Simple Notification Service Agent"


class HttpClient:
    """The connections of an engine to its subscribers, opened when first needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: str) -> None:
        """Send; raises when the answer is not a success or there is none within 15 seconds."""
        # Loaded with the first use: it takes longer than all of SNS, and most starts need it not.
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HTTP_TIMEOUT_S))
            self._engine.on_stop(self._session.close)
        async with self._session.post(
            url, data=body.encode(), headers={**headers, "User-Agent": _USER_AGENT}, allow_redirects=False
        ) as response:
            _require_success(response.status)


class UnsuccessfulAnswer(Exception):
    """A web server answered with a status that may be another one at the next attempt."""


def _require_success(status: int) -> None:
    """Raise for what is no success: 5xx and 429 may pass, everything else will not.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    """
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
        await engine.part(HttpClient).post(subscriber.endpoint, headers, body)

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
        await engine.part(HttpClient).post(endpoint, headers, body)
