"""From messages to a task for each subscriber who wants one."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from windsock.engine.operations import Command
from windsock.engine.tasks import BatchTaskKind, Task, task_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.sns import filtering, messages, metrics
from windsock.services.sns.arns import SubscriptionKey, TopicKey
from windsock.services.sns.deliveries.base import (
    BatchDeliverer,
    Deliverer,
    Deliverers,
    Delivery,
    PermanentFailure,
    is_permanent,
)
from windsock.services.sns.deliveries.sqs import send
from windsock.services.sns.delivery_policies import CUSTOMER_MANAGED
from windsock.services.sns.housekeeping import Housekeeping
from windsock.services.sns.limits import MESSAGE_KEPT_MS
from windsock.services.sns.messages import Message
from windsock.services.sns.topic_cache import Subscriber, Topic, find_subscriber

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)


def fan_out(ctx: Command, topic: Topic, published: Sequence[Message]) -> None:
    """Accept messages, in their order, for every subscriber whose filter lets them pass."""
    engine, scope = ctx.engine, topic.key.scope
    tasks: list[Task] = []
    kept: list[messages.Kept] = []
    refused: Counter[str] = Counter()
    for message in published:
        row_id = engine.ids.new(ctx.now_ms)
        made = []
        for subscriber in topic.subscribers:
            if filtering.wants(subscriber, message):
                made.append(_delivery_task(ctx, topic, message, row_id, subscriber))
            else:
                refused.update(filtering.refusal_metrics(subscriber, message))
        if made:
            kept.append(messages.Kept(row_id, made[-1].id, message))
            tasks += made
    for name, times in refused.items():
        metrics.count(engine, topic.key, name, [1] * times)
    if tasks:
        messages.keep(ctx.tx, scope, kept)
        engine.part(Housekeeping).expect(ctx.tx, scope, ctx.now_ms + MESSAGE_KEPT_MS)
        engine.tasks.add_many(ctx.tx, tasks)


def _delivery_task(ctx: Command, topic: Topic, message: Message, row_id: str, subscriber: Subscriber) -> Task:
    payload = {
        "to": f"{subscriber.protocol} {subscriber.endpoint}",
        "message": row_id,
        "topic": topic.key.name,
        "subscription": subscriber.key.id,
    }
    task = ctx.engine.tasks.new(
        topic.key.scope,
        kind=DeliverNotification.name,
        lane=subscriber.lane,
        payload=orjson.dumps(payload),
        cause=ctx.call.cause,
        ordered=topic.is_fifo,
    )
    task.context = Delivery(task, message, subscriber)
    return task


@task_kind
class DeliverNotification(BatchTaskKind):
    """Delivers one message to one subscriber, by the schedule of its protocol, then its dead-letter queue."""

    name = "sns.delivery"

    def together(self, engine: Engine, task: Task) -> int:
        delivery = _delivery(engine, task)
        deliverer = None if delivery is None else _deliverer(engine, delivery)
        return deliverer.together if isinstance(deliverer, BatchDeliverer) else 1

    async def perform(self, engine: Engine, task: Task) -> None:
        delivery = _delivery(engine, task)
        if delivery is None:
            return
        await _deliverer(engine, delivery).deliver(engine, delivery)
        metrics.count(engine, delivery.subscriber.key.topic, "NumberOfNotificationsDelivered")

    async def perform_many(self, engine: Engine, tasks: list[Task]) -> list[Exception | None]:
        """What a batch leaves undone is delivered alone, which tells why."""
        deliveries = [each for task in tasks if (each := _delivery(engine, task)) is not None]
        await _deliver_together(engine, deliveries)
        left = [each.task for each in deliveries if not each.task.completed]
        outcomes = await asyncio.gather(
            *(self.perform(engine, task) for task in left), return_exceptions=True
        )
        errors = {
            task.id: outcome
            for task, outcome in zip(left, outcomes, strict=True)
            if isinstance(outcome, Exception)
        }
        return [errors.get(task.id) for task in tasks]

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if is_permanent(error):
            return None
        delivery: Delivery | None = task.context
        schedule = delivery.subscriber.schedule if delivery else CUSTOMER_MANAGED
        delay = schedule.delay_s(task.attempts)
        return None if delay is None else now_ms + round(delay * 1000)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        delivery: Delivery | None = task.context
        if delivery is None:
            return
        topic = delivery.subscriber.key.topic
        metrics.count(engine, topic, "NumberOfNotificationsFailed")
        policy = delivery.subscriber.attributes.get("RedrivePolicy")
        if not policy:
            return
        try:
            await send(engine, delivery, orjson.loads(policy)["deadLetterTargetArn"], completes=task)
        except (AwsError, PermanentFailure) as lost:
            log.warning("the dead-letter queue did not take a notification", task=task.id, error=str(lost))
            metrics.count(engine, topic, "NumberOfNotificationsFailedToRedriveToDlq")
        else:
            metrics.count(engine, topic, "NumberOfNotificationsRedrivenToDlq")


async def _deliver_together(engine: Engine, deliveries: list[Delivery]) -> None:
    """Deliver by one call. What failed is not marked done."""
    deliverer = _deliverer(engine, deliveries[0]) if len(deliveries) > 1 else None
    if isinstance(deliverer, BatchDeliverer):
        with contextlib.suppress(AwsError, PermanentFailure):
            await deliverer.deliver_many(engine, deliveries)
    done = sum(each.task.completed for each in deliveries)
    if done:
        topic = deliveries[0].subscriber.key.topic
        metrics.count(engine, topic, "NumberOfNotificationsDelivered", [1] * done)


def _deliverer(engine: Engine, delivery: Delivery) -> Deliverer:
    return engine.part(Deliverers).of(delivery.subscriber.protocol)


def _delivery(engine: Engine, task: Task) -> Delivery | None:
    """What a task stands for; None when the subscription or the message is gone.

    The first attempt knows it from memory. A later one looks again: the subscription may have changed.
    """
    if task.context is None or task.attempts:
        task.context = _read(engine, task)
    found: Delivery | None = task.context
    return found


def _read(engine: Engine, task: Task) -> Delivery | None:
    data: Mapping[str, Any] = task.data()
    key = SubscriptionKey(TopicKey(task.scope, data["topic"]), data["subscription"])
    message, subscriber = engine.store.read(
        lambda tx: (messages.find(tx, task.scope, data["message"]), find_subscriber(tx, key))
    )
    return None if message is None or subscriber is None else Delivery(task, message, subscriber)
