"""Delivery to phones and apps: kept where no provider is configured.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.engine.tasks import Task
from windsock.kernel.errors import AwsError
from windsock.services.sns.deliveries.base import Deliverer, Delivery, PermanentFailure, deliverer
from windsock.services.sns.messages import Message
from windsock.services.sns.opt_outs import is_opted_out
from windsock.services.sns.platform_endpoints import usable_endpoint
from windsock.services.sns.pushes import keep_push
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@deliverer
class SmsDeliverer(Deliverer):
    """Text messages."""

    protocols = ("sms",)

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        number, scope = delivery.subscriber.endpoint, delivery.task.scope
        if engine.store.read(lambda tx: is_opted_out(tx, scope, number)):
            raise PermanentFailure(f"the owner of {number} has opted out")
        await _keep(engine, delivery.task, "sms", number, delivery.message)


@deliverer
class ApplicationDeliverer(Deliverer):
    """Pushes to apps."""

    protocols = ("application",)

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        endpoint = delivery.subscriber.endpoint
        try:
            platform = engine.store.read(lambda tx: usable_endpoint(tx, endpoint)).platform
        except AwsError as error:
            raise PermanentFailure(str(error)) from error
        await _keep(engine, delivery.task, platform, endpoint, delivery.message)


async def _keep(engine: Engine, task: Task, protocol: str, endpoint: str, message: Message) -> None:
    def keep(tx: Transaction) -> None:
        keep_push(engine, tx, task.scope, protocol, endpoint, message)
        engine.tasks.complete(tx, task)

    await engine.store.write(keep)
