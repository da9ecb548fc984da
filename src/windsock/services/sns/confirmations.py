"""Confirmation: an endpoint that others own gets no message before it has said yes.

Source: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.ids import uuid4
from windsock.services.sns import subscription_rows
from windsock.services.sns.addresses import endpoint_of
from windsock.services.sns.arns import SubscriptionKey, required, subscription_anywhere, topic_anywhere
from windsock.services.sns.deliveries.base import Deliverers, is_permanent
from windsock.services.sns.delivery_policies import confirmation_schedule
from windsock.services.sns.envelopes import Confirmation
from windsock.services.sns.errors import InvalidParameter
from windsock.services.sns.limits import CONFIRMATION_MS
from windsock.services.sns.topic_cache import TopicCache
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@command("ConfirmSubscription")
def confirm_subscription(ctx: Command, params: Params) -> Result:
    """Say yes with the token that was sent to the endpoint. Saying it again is no error."""
    topic = topic_anywhere(required(params, "TopicArn"))
    row = subscription_rows.find_by_token(ctx.tx, topic, required(params, "Token"))
    if row is None:
        raise InvalidParameter("Token")
    key = subscription_rows.key_of(row)
    if row.state != "confirmed":
        only_owner_ends = (params.get("AuthenticateOnUnsubscribe") or "").lower() == "true"
        subscription_rows.confirm(ctx.tx, key, authenticated=only_owner_ends, only_owner_ends=only_owner_ends)
        ctx.engine.timers.cancel(ctx.tx, topic.scope, Unconfirmed.name, key.arn)
        ctx.engine.part(TopicCache).forget(topic)
    return {"SubscriptionArn": key.arn}


def ask(ctx: Command, row: Any, topic_attributes: Mapping[str, str]) -> None:
    """Have the endpoint of a pending subscription asked."""
    _send(ctx, "SubscriptionConfirmation", row, topic_attributes)


def tell_ended(ctx: Command, row: Any, topic_attributes: Mapping[str, str]) -> None:
    """Have the endpoint told that its subscription was ended, where its protocol provides for that."""
    expire_unconfirmed(ctx, subscription_rows.key_of(row))
    if ctx.engine.part(Deliverers).of(row.protocol).tells_ended:
        _send(ctx, "UnsubscribeConfirmation", row, topic_attributes)


def expire_unconfirmed(ctx: Command, key: SubscriptionKey) -> None:
    """Have a subscription removed that nobody confirms, for the first time or again, in time."""
    ctx.engine.timers.set(ctx.tx, key.topic.scope, Unconfirmed.name, key.arn, ctx.now_ms + CONFIRMATION_MS)


def _send(ctx: Command, kind: str, row: Any, topic_attributes: Mapping[str, str]) -> None:
    key = subscription_rows.key_of(row)
    request = Confirmation(
        kind=kind,
        message_id=uuid4(),
        token=row.token,
        topic_arn=key.topic.arn,
        subscription_arn=key.arn,
        endpoint=endpoint_of(ctx),
        at_ms=ctx.now_ms,
        signature_version=topic_attributes.get("SignatureVersion", "1"),
    )
    payload = {
        "protocol": row.protocol,
        "to": row.endpoint,
        "sender_name": topic_attributes.get("DisplayName", ""),
        "request": request,
    }
    ctx.engine.tasks.add(
        ctx.tx,
        key.topic.scope,
        kind=AskEndpoint.name,
        lane=f"sns:{key.arn}",
        payload=orjson.dumps(payload),
        cause=ctx.call.cause,
    )


@task_kind
class AskEndpoint(TaskKind):
    """Sends a confirmation request to an endpoint."""

    name = "sns.confirmation"

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        deliverer = engine.part(Deliverers).of(data["protocol"])
        await deliverer.ask(engine, task, data["to"], data["sender_name"], Confirmation(**data["request"]))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if is_permanent(error):
            return None
        delay = confirmation_schedule(task.data()["protocol"]).delay_s(task.attempts)
        return None if delay is None else now_ms + round(delay * 1000)


@timer_kind
class Unconfirmed(TimerKind):
    """Removes a subscription that was not confirmed in time."""

    name = "sns.unconfirmed"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        subscription_rows.delete_unconfirmed(tx, subscription_anywhere(timer.key))
