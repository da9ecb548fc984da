"""A Lambda function as a target: invoked asynchronously, with the function's own retries after that.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

from windsock.engine.call_target import call_for
from windsock.engine.engine import Engine
from windsock.engine.targets import Delivery, TargetKind, target_kind
from windsock.kernel.arns import Arn


@target_kind
class FunctionTarget(TargetKind):
    """Queues the body as an event of the function."""

    name = "lambda"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "lambda" and arn.resource.startswith("function:")

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        params = {"FunctionName": str(delivery.arn), "Payload": delivery.body.encode()}
        await call_for(engine, delivery, "lambda", "AcceptEvent", params, completes=delivery.task)
