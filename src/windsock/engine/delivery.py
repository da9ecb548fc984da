"""Delivering an event to a target of a rule: input, role, retries, dead letters, measurements.

The retry policy is the target's (24 hours and 185 attempts unless it says otherwise); errors that
trying again cannot help (no permission, no such resource) go to the dead-letter queue at once.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from windsock.engine import journal
from windsock.engine.calls import Caller
from windsock.engine.target_input import target_input
from windsock.engine.targets import Delivery, TargetError
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.limits import (
    TARGET_BACKOFF_FIRST_MS,
    TARGET_BACKOFF_LONGEST_MS,
    TARGET_MAX_AGE_SECONDS,
    TARGET_MAX_ATTEMPTS,
)

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = structlog.get_logger()

KIND = "events.target"
NAMESPACE = "AWS/Events"
SERVICE = "events.amazonaws.com"

# AWS's ERROR_CODE for what a target's API answered, where it is one of those that retrying cannot help.
_PERMANENT = {
    "AccessDenied": "NO_PERMISSIONS",
    "AccessDeniedException": "NO_PERMISSIONS",
    "AuthorizationError": "NO_PERMISSIONS",
    "NotAuthorized": "NO_PERMISSIONS",
    "QueueDoesNotExist": "NO_RESOURCE",
    "NotFound": "NO_RESOURCE",
    "NotFoundException": "NO_RESOURCE",
    "ResourceNotFoundException": "NO_RESOURCE",
    "StateMachineDoesNotExist": "NO_RESOURCE",
    "NotImplemented": "SDK_CLIENT_ERROR",
}
_RETRYABLE = {
    "ThrottlingException": "THROTTLING",
    "Throttling": "THROTTLING",
    "TooManyRequestsException": "THROTTLING",
    "OverLimit": "THROTTLING",
}


@dataclass(frozen=True, slots=True)
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
            raise _as_target_error(error) from error

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if isinstance(error, TargetError) and not error.retryable:
            return None
        policy = task.data()["target"].get("RetryPolicy", {})
        if task.attempts > policy.get("MaximumRetryAttempts", TARGET_MAX_ATTEMPTS):
            return None
        again = now_ms + _backoff_ms(task)
        age_ms = again - task.created_ms
        if age_ms > policy.get("MaximumEventAgeInSeconds", TARGET_MAX_AGE_SECONDS) * 1000:
            return None
        return again

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
        arn = parse_arn(queue)
        if arn is None:
            raise AwsError(f"{queue} is not an ARN.", code="InvalidParameterValue")
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
            policy = target.get("RetryPolicy", {})
            spent = task.attempts > policy.get("MaximumRetryAttempts", TARGET_MAX_ATTEMPTS)
            attributes["EXHAUSTED_RETRY_CONDITION"] = (
                "MaximumRetryAttempts" if spent else "MaximumEventAgeInSeconds"
            )
            attributes["RETRY_ATTEMPTS"] = str(task.attempts - 1)
        await engine.call(
            "sqs",
            "SendMessage",
            {
                "QueueUrl": f"/{arn.account}/{arn.resource}",
                "MessageBody": _arrived(engine, task, data["event"]).body.decode(),
                "MessageAttributes": {
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            },
            caller=Caller.service(SERVICE, task.scope.account),
            scope=arn.scope,
            cause=task.cause,
        )

    def _count(self, engine: Engine, task: Task, data: dict[str, Any], name: str) -> None:
        engine.metrics.count(task.scope, NAMESPACE, name, {"RuleName": data["rule_name"]})


def caller_for(delivery: Delivery) -> Caller:
    """Who delivers: the target's role if it has one, else the events service itself."""
    role = delivery.target.get("RoleArn")
    if role:
        return Caller.role(role, delivery.scope.account, SERVICE)
    return Caller.service(SERVICE, delivery.scope.account)


def _arrived(engine: Engine, task: Task, row_id: str) -> Arrived:
    if isinstance(task.context, Arrived):
        return task.context
    body = engine.store.read(lambda tx: journal.body_of(tx, task.scope, row_id))
    if body is None:
        raise TargetError("INTERNAL_ERROR", f"The event {row_id} is not in the journal.", retryable=False)
    return Arrived(orjson.loads(body), body)


def _as_target_error(error: AwsError) -> TargetError:
    permanent = _PERMANENT.get(error.code)
    if permanent is None and error.status < 500 and error.code not in _RETRYABLE:
        permanent = "ERROR_FROM_TARGET"
    code = permanent or _RETRYABLE.get(error.code, "ERROR_FROM_TARGET")
    return TargetError(code, f"{error.code}: {error.message}", retryable=permanent is None)


def _backoff_ms(task: Task) -> int:
    """Exponential with jitter in its upper half: the first pause is 0.5 to 1 s, the next twice that.

    The jitter follows from the task, so that a run on virtual time repeats itself.
    """
    longest: int = min(TARGET_BACKOFF_FIRST_MS * 2 ** (task.attempts - 1), TARGET_BACKOFF_LONGEST_MS)
    spread = zlib.crc32(f"{task.id[:20]}:{task.attempts}".encode()) / 0xFFFFFFFF
    return round(longest * (0.5 + spread / 2))
