"""Invoking a schedule's target: the call under the schedule's role, retries, the dead letter, the counts.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html and
https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.calls import Caller
from windsock.engine.dead_letters import send_dead_letter
from windsock.engine.engine import Engine
from windsock.engine.retries import as_target_error, exhausted_condition, is_too_old, next_attempt
from windsock.engine.targets import TargetError
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.scheduler.inputs import Attempt, input_text
from windsock.services.scheduler.names import SERVICE
from windsock.services.scheduler.target_checks import target_form

log = Log(__name__)

KIND = "scheduler.target"
NAMESPACE = "AWS/Scheduler"


class Expired(TargetError):
    """An invocation that is older than its policy allows before it was tried: windsock was down."""

    def __init__(self) -> None:
        super().__init__(
            "EventAgeExceeded", "The invocation is older than MaximumEventAgeInSeconds.", retryable=False
        )


@task_kind
class TargetInvocation(TaskKind):
    """One invocation of the target of a schedule."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        target = data["target"]
        if is_too_old(target["RetryPolicy"], data["due_ms"], engine.clock.now_ms()):
            raise Expired
        _count(engine, task, data, "InvocationAttemptCount")
        try:
            await _invoke(engine, task, data)
        except AwsError as error:
            answered = as_target_error(error)
            _count(engine, task, data, "TargetErrorCount")
            if answered.code == "THROTTLING":
                _count(engine, task, data, "TargetErrorThrottledCount")
            raise TargetError(error.code, error.message, retryable=answered.retryable) from error

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if isinstance(error, TargetError) and not error.retryable:
            return None
        data = task.data()
        return next_attempt(task, data["target"]["RetryPolicy"], data["due_ms"], now_ms)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        _count(engine, task, data, "InvocationDroppedCount")
        queue = data["target"].get("DeadLetterConfig", {}).get("Arn")
        if queue is None:
            log.warning("an invocation was dropped", schedule=data["schedule"], error=str(error))
            return
        try:
            await _send_dead_letter(engine, task, data, queue, error)
        except AwsError as failure:
            task.failures.append({"at": engine.clock.now_ms(), "error": f"dead-letter queue: {failure}"})
            _count(engine, task, data, "InvocationsFailedToBeSentToDeadLetterCount")
        else:
            _count(engine, task, data, "InvocationsSentToDeadLetterCount")


async def _invoke(engine: Engine, task: Task, data: dict[str, Any]) -> None:
    target = data["target"]
    arn, form = target_form(target["Arn"])
    text = input_text(target, task, Attempt.of_task(task, data, task.attempts + 1))
    call = form.call(target, arn, text, task.scope)
    result = await engine.call(
        call.service,
        call.operation,
        call.params,
        caller=_caller(task, data),
        scope=call.scope,
        cause=f"task:{task.id}",
        completes=None if form.tells_failures else task,
    )
    failure = form.failure(result)
    if failure is not None:
        _count(engine, task, data, "TargetErrorCount")
        raise failure


async def _send_dead_letter(
    engine: Engine, task: Task, data: dict[str, Any], queue: str, error: Exception
) -> None:
    target = data["target"]
    attempt = Attempt.of_task(task, data, task.attempts)
    code, message = (
        (error.code, error.message)
        if isinstance(error, TargetError)
        else ("InternalServerException", str(error))
    )
    attributes = {
        "SCHEDULE_ARN": data["schedule"],
        "TARGET_ARN": target["Arn"],
        "SCHEDULED_TIME": attempt.scheduled_time,
        "EXECUTION_ID": attempt.execution_id,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message or code,
        "RETRY_ATTEMPTS": str(task.attempts - 1),
        "IS_PAYLOAD_TRUNCATED": "false",
    }
    condition = _exhausted(task, data, error)
    if condition is not None:
        attributes["EXHAUSTED_RETRY_CONDITION"] = condition
    await send_dead_letter(
        engine,
        queue,
        input_text(target, task, attempt),
        attributes,
        caller=_caller(task, data),
        task=task,
    )


def _exhausted(task: Task, data: dict[str, Any], error: Exception) -> str | None:
    """Which part of the retry policy ended it; None for an error that retrying could not help."""
    if isinstance(error, Expired):
        return "MaximumEventAgeInSeconds"
    if isinstance(error, TargetError) and not error.retryable:
        return None
    return exhausted_condition(task, data["target"]["RetryPolicy"])


def _caller(task: Task, data: dict[str, Any]) -> Caller:
    group = task.scope.arn("scheduler", f"schedule-group/{data['group']}")
    return Caller.role(data["target"]["RoleArn"], task.scope.account, SERVICE, group)


def _count(engine: Engine, task: Task, data: dict[str, Any], name: str) -> None:
    engine.metrics.count(task.scope, NAMESPACE, name, {"ScheduleGroup": data["group"]})
