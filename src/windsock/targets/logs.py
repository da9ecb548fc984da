"""A CloudWatch Logs log group as a target; each delivery goes to a log stream of its own.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.call_target import call_for
from windsock.engine.engine import Engine
from windsock.engine.targets import Delivery, TargetKind, target_kind
from windsock.engine.tasks import Task
from windsock.kernel.arns import Arn
from windsock.kernel.errors import AwsError


@target_kind
class LogGroupTarget(TargetKind):
    """Writes the body as one log event. A transformed body may name `timestamp` and `message`."""

    name = "logs"

    def accepts(self, arn: Arn) -> bool:
        return arn.service == "logs" and arn.resource.startswith("log-group:")

    def refuse(self, target: Mapping[str, Any], arn: Arn) -> str | None:
        if "Input" in target or "InputPath" in target:
            return (
                f"Input and InputPath are not valid forms of input for target {target['Id']}. "
                "The only valid form of input is InputTransformer."
            )
        return None

    async def deliver(self, engine: Engine, delivery: Delivery) -> None:
        group = delivery.arn.resource.removeprefix("log-group:").removesuffix(":*")
        stream = _stream(delivery.task)

        async def call(operation: str, completes: Task | None = None, **params: Any) -> None:
            place = {"logGroupName": group, "logStreamName": stream}
            await call_for(engine, delivery, "logs", operation, {**place, **params}, completes=completes)

        try:
            await call("CreateLogStream")
        except AwsError as error:
            # A repeat after a crash finds the stream of its first try, which is as good.
            if error.code != "ResourceAlreadyExistsException":
                raise
        await call("PutLogEvents", completes=delivery.task, logEvents=[_log_event(engine, delivery)])


def _stream(task: Task) -> str:
    digits = task.id.rjust(32, "0")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def _log_event(engine: Engine, delivery: Delivery) -> dict[str, Any]:
    now = engine.clock.now_ms()
    if "InputTransformer" in delivery.target:
        try:
            made = orjson.loads(delivery.body)
        except orjson.JSONDecodeError:
            made = None
        if isinstance(made, dict) and isinstance(made.get("message"), str):
            stamp = made.get("timestamp")
            return {"timestamp": stamp if isinstance(stamp, int) else now, "message": made["message"]}
    return {"timestamp": now, "message": delivery.body}
