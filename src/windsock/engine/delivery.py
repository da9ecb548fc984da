"""Delivering an event to a target of a rule: input, role, retries, dead letters, measurements.

The retry policy is the target's (24 hours and 185 attempts unless it says otherwise); errors that
trying again cannot help (no permission, no such resource) go to the dead-letter queue at once.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from windsock.engine import journal
from windsock.engine.calls import Caller
from windsock.engine.dead_letters import send_dead_letter
from windsock.engine.retries import as_target_error, exhausted_condition, next_attempt
from windsock.engine.target_input import target_input
from windsock.engine.targets import Arrived, BatchTargetKind, Delivery, TargetError, TargetKind
from windsock.engine.tasks import BatchTaskKind, Task, task_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND = "engine.delivery"
NAMESPACE = "AWS/Events"
SERVICE = "events.amazonaws.com"


@task_kind
class TargetDelivery(BatchTaskKind):
    """One event to one target of one rule."""

    name = KIND

    def together(self, engine: Engine, task: Task) -> int:
        arn = parse_arn(task.data()["target"]["Arn"])
        kind = engine.targets.of(arn) if arn else None
        return kind.together if isinstance(kind, BatchTargetKind) else 1

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        _count(engine, task, data, "Invocations")
        (arrived,) = _arrived(engine, [task])
        await _deliver(engine, *_begun(engine, task, data, arrived))

    async def perform_many(self, engine: Engine, tasks: list[Task]) -> list[Exception | None]:
        """What a batch leaves undone is delivered alone, which tells why."""
        errors: dict[str, Exception | None] = {}
        begun: list[tuple[TargetKind, Delivery]] = []
        counts: Counter[tuple[Scope, str]] = Counter()
        for task, arrived in zip(tasks, _arrived(engine, tasks), strict=True):
            data = task.data()
            counts[task.scope, data["rule_name"]] += 1
            try:
                begun.append(_begun(engine, task, data, arrived))
            except TargetError as error:
                errors[task.id] = error
        for (scope, rule), times in counts.items():
            engine.metrics.count_all(scope, NAMESPACE, "Invocations", {"RuleName": rule}, [1] * times)
        await _deliver_together(engine, begun)
        left = [(kind, delivery) for kind, delivery in begun if not delivery.task.completed]
        # Each to its end, whatever becomes of the others: one that goes on unseen would be delivered again.
        outcomes = await asyncio.gather(*(_deliver(engine, *each) for each in left), return_exceptions=True)
        for (_, delivery), outcome in zip(left, outcomes, strict=True):
            errors[delivery.task.id] = outcome if isinstance(outcome, Exception) else None
        return [errors.get(task.id) for task in tasks]

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if isinstance(error, TargetError) and not error.retryable:
            return None
        policy = task.data()["target"].get("RetryPolicy", {})
        pause_ms = error.retry_after_ms if isinstance(error, TargetError) else 0
        return next_attempt(task, policy, task.created_ms, now_ms, pause_ms)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        _count(engine, task, data, "FailedInvocations")
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
            _count(engine, task, data, "InvocationsFailedToBeSentToDlq")
        else:
            _count(engine, task, data, "InvocationsSentToDlq")
            _count(engine, task, data, "DeadLetterInvocations")

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
        (arrived,) = _arrived(engine, [task])
        if arrived is None:
            raise _not_kept(data["event"]) from error
        await send_dead_letter(
            engine,
            queue,
            arrived.body.decode(),
            attributes,
            caller=Caller.service(SERVICE, task.scope.account, data["rule"]),
            task=task,
        )


def _begun(
    engine: Engine, task: Task, data: dict[str, Any], arrived: Arrived | None
) -> tuple[TargetKind, Delivery]:
    """The delivery that a task is, and what delivers it. Raises TargetError."""
    target = data["target"]
    arn = parse_arn(target["Arn"])
    kind = engine.targets.of(arn) if arn else None
    if arn is None or kind is None:
        raise TargetError("INVALID_PARAMETER", f"Nothing can deliver to {target['Arn']}.", retryable=False)
    if arrived is None:
        raise _not_kept(data["event"])
    body = target_input(target, data, arrived)
    return kind, Delivery(task.scope, data["rule"], target, arn, arrived, body, data["hops"], task)


async def _deliver(engine: Engine, kind: TargetKind, delivery: Delivery) -> None:
    try:
        await kind.deliver(engine, delivery)
    except AwsError as error:
        raise as_target_error(error) from error


async def _deliver_together(engine: Engine, begun: list[tuple[TargetKind, Delivery]]) -> None:
    """Deliver in batches, one for each rule and role. What failed is not marked done."""
    batches: dict[tuple[str, str | None], list[Delivery]] = defaultdict(list)
    for _, delivery in begun:
        batches[delivery.rule_arn, delivery.target.get("RoleArn")].append(delivery)
    for deliveries in batches.values():
        kind = engine.targets.of(deliveries[0].arn)
        if isinstance(kind, BatchTargetKind) and len(deliveries) > 1:
            with contextlib.suppress(AwsError):
                await kind.deliver_many(engine, deliveries)


def _arrived(engine: Engine, tasks: Sequence[Task]) -> list[Arrived | None]:
    """The events of tasks; those that are not in memory are read from the journal, together."""
    if all(isinstance(task.context, Arrived) for task in tasks):
        return [task.context for task in tasks]
    return engine.store.read(lambda tx: [_read_back(tx, task) for task in tasks])


def _read_back(tx: Snapshot, task: Task) -> Arrived | None:
    if isinstance(task.context, Arrived):
        return task.context
    body = journal.body_of(tx, task.scope, task.data()["event"])
    return None if body is None else Arrived(body)


def _not_kept(row_id: str) -> TargetError:
    return TargetError("INTERNAL_ERROR", f"The event {row_id} is not in the journal.", retryable=False)


def _count(engine: Engine, task: Task, data: dict[str, Any], name: str) -> None:
    engine.metrics.count(task.scope, NAMESPACE, name, {"RuleName": data["rule_name"]})
