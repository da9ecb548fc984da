"""Delivering an event to a target of a rule: input, role, retries, dead letters, measurements.

The retry policy is the target's (24 hours and 185 attempts unless it says otherwise); errors that
trying again cannot help (no permission, no such resource) go to the dead-letter queue at once.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from windsock.engine import journal
from windsock.engine.calls import Caller
from windsock.engine.dead_letters import send_dead_letter
from windsock.engine.retries import as_target_error, exhausted_condition, next_attempt
from windsock.engine.target_input import target_input
from windsock.engine.targets import Delivery, TargetError
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND = "engine.delivery"
NAMESPACE = "AWS/Events"
SERVICE = "events.amazonaws.com"


@dataclass(slots=True)  # not frozen: one is made for each event, and freezing costs most of it
class Arrived:
    """An event that was just accepted, as the task's context: no need to read it back."""

    event: dict[str, Any]
    body: bytes


@task_kind
class TargetDelivery(TaskKind):
    """One event to one target of one rule."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        arrived = _arrived(engine, task, data["event"])
        target = data["target"]
        arn = parse_arn(target["Arn"])
        kind = engine.targets.of(arn) if arn else None
        if arn is None or kind is None:
            raise TargetError(
                "INVALID_PARAMETER", f"Nothing can deliver to {target['Arn']}.", retryable=False
            )
        self._count(engine, task, data, "Invocations")
        body = target_input(target, data, arrived.event, arrived.body)
        try:
            await kind.deliver(
                engine,
                Delivery(task.scope, data["rule"], target, arn, arrived.event, body, data["hops"], task),
            )
        except AwsError as error:
            raise as_target_error(error) from error

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if isinstance(error, TargetError) and not error.retryable:
            return None
        policy = task.data()["target"].get("RetryPolicy", {})
        pause_ms = error.retry_after_ms if isinstance(error, TargetError) else 0
        return next_attempt(task, policy, task.created_ms, now_ms, pause_ms)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        self._count(engine, task, data, "FailedInvocations")
        queue = data["target"].get("DeadLetterConfig", {}).get("Arn")
        if queue is None:
            log.warning(
                "an event was dropped", rule=data["rule"], target=data["target"]["Arn"], error=str(error)
            )
            return
        try:
            await self._to_dead_letter_queue(engine, task, data, queue, error)
        except AwsError as failure:
            task.failures.append({"at": engine.clock.now_ms(), "error": f"dead-letter queue: {failure}"})
            self._count(engine, task, data, "InvocationsFailedToBeSentToDlq")
        else:
            self._count(engine, task, data, "InvocationsSentToDlq")
            self._count(engine, task, data, "DeadLetterInvocations")

    async def _to_dead_letter_queue(
        self, engine: Engine, task: Task, data: dict[str, Any], queue: str, error: Exception
    ) -> None:
        target = data["target"]
        code, message = (
            (error.code, error.message) if isinstance(error, TargetError) else ("INTERNAL_ERROR", str(error))
        )
        attributes = {
            "RULE_ARN": data["rule"],
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": code,
            "ERROR_MESSAGE": message,
        }
        if not isinstance(error, TargetError) or error.retryable:
            attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted_condition(task, target.get("RetryPolicy", {}))
            attributes["RETRY_ATTEMPTS"] = str(task.attempts - 1)
        await send_dead_letter(
            engine,
            queue,
            _arrived(engine, task, data["event"]).body.decode(),
            attributes,
            caller=Caller.service(SERVICE, task.scope.account, data["rule"]),
            task=task,
        )

    def _count(self, engine: Engine, task: Task, data: dict[str, Any], name: str) -> None:
        engine.metrics.count(task.scope, NAMESPACE, name, {"RuleName": data["rule_name"]})


def caller_for(delivery: Delivery) -> Caller:
    """Who delivers: the target's role if it has one, else the events service itself."""
    role = delivery.target.get("RoleArn")
    if role:
        return Caller.role(role, delivery.scope.account, SERVICE, delivery.rule_arn)
    return Caller.service(SERVICE, delivery.scope.account, delivery.rule_arn)


def _arrived(engine: Engine, task: Task, row_id: str) -> Arrived:
    if isinstance(task.context, Arrived):
        return task.context
    body = engine.store.read(lambda tx: journal.body_of(tx, task.scope, row_id))
    if body is None:
        raise TargetError("INTERNAL_ERROR", f"The event {row_id} is not in the journal.", retryable=False)
    return Arrived(orjson.loads(body), body)
