"""Delivery to Lambda functions: as an event, which the function is invoked with asynchronously.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.engine.calls import Caller
from windsock.engine.tasks import Task
from windsock.kernel.arns import parse_arn
from windsock.services.sns.deliveries.base import (
    PRINCIPAL,
    Deliverer,
    Delivery,
    PermanentFailure,
    deliverer,
)
from windsock.services.sns.envelopes import Confirmation, confirmation_fields, lambda_event, lambda_records
from windsock.services.sns.signing import Signer

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@deliverer
class LambdaDeliverer(Deliverer):
    """Invokes the function with an event of one record."""

    protocols = ("lambda",)

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        subscriber = delivery.subscriber
        signature = await engine.part(Signer).sign_notification(delivery.message, "lambda")
        event = lambda_event(delivery.message, subscriber.arn, signature)
        await _invoke(engine, subscriber.endpoint, event, delivery.task, delivery.message.topic_arn)

    async def ask(
        self, engine: Engine, task: Task, endpoint: str, sender_name: str, request: Confirmation
    ) -> None:
        event = lambda_records(request.subscription_arn, dict(confirmation_fields(request)))
        await _invoke(engine, endpoint, event, task, request.topic_arn)


async def _invoke(engine: Engine, function_arn: str, event: bytes, task: Task, topic_arn: str) -> None:
    function = parse_arn(function_arn)
    if function is None:
        raise PermanentFailure(f"{function_arn} is not the ARN of a function")
    await engine.call(
        "lambda",
        "AcceptEvent",
        {"FunctionName": function_arn, "Payload": event},
        caller=Caller.service(PRINCIPAL, task.scope.account, topic_arn),
        scope=function.scope,
        cause=f"task:{task.id}",
        completes=task,
    )
