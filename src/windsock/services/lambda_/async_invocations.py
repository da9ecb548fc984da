"""Asynchronous invocations: events that were accepted, run until they succeed or are given up.

Function errors are retried twice (after one and two minutes) unless the event invoke configuration
says otherwise; throttles and failures of windsock's own for as long as the event may grow old. What
became of the event then goes to the destination or dead-letter queue.
Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.operations import Command, Params, Result, command
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.log import Log
from windsock.services.lambda_ import records
from windsock.services.lambda_.event_invoke_configs import event_invoke_config
from windsock.services.lambda_.function_rows import find_function, find_version, require_invoked
from windsock.services.lambda_.limits import (
    ASYNC_MAX_AGE,
    ASYNC_RETRIES,
    ASYNC_RETRY_PAUSES,
    EVENTS_AT_ONCE,
    THROTTLE_PAUSE_FIRST,
    THROTTLE_PAUSE_LONGEST,
)
from windsock.services.lambda_.names import FunctionName, function_named
from windsock.services.lambda_.qualifiers import version_of
from windsock.services.lambda_.records import Record
from windsock.services.lambda_.runs import NAMESPACE, FunctionRuns, Run
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND: Final = "lambda.async"


class FunctionFailed(Exception):
    """The function ended in an error; `retries` is how many more runs its failures allow in all."""

    def __init__(self, run: Run, retries: int, max_age_ms: int) -> None:
        super().__init__(run.outcome.payload[:1024].decode(errors="replace"))
        self.run = run
        self.retries = retries
        self.max_age_ms = max_age_ms


class NotRun(Exception):
    """The function could not be run: it is throttled, or something of windsock's own failed."""

    def __init__(self, cause: AwsError, max_age_ms: int) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.max_age_ms = max_age_ms


class Hopeless(Exception):
    """The event is given up without another run; `condition` is AWS's word for why."""

    def __init__(self, condition: str) -> None:
        super().__init__(condition)
        self.condition = condition


@command("AcceptEvent")
def accept_event(ctx: Command, params: Params) -> Result:
    """Queue an event for a function: `FunctionName`, `Qualifier`, `Payload` (JSON bytes), `RequestId`.

    No operation of AWS's API, and unreachable from outside: Invoke and the targets of rules make this
    call, so that accepting an event and what it completes share one transaction.
    """
    named = function_named(ctx.scope, params)
    require_invoked(ctx.tx, named)
    version_of(ctx.tx, named)
    payload: bytes = params["Payload"]
    ctx.engine.metrics.count(named.scope, NAMESPACE, "AsyncEventsReceived", {"FunctionName": named.name})
    ctx.engine.tasks.add(
        ctx.tx,
        named.scope,
        kind=KIND,
        lane=named.unqualified_arn,
        payload=orjson.dumps(
            {
                "to": named.arn,
                "function": named.name,
                "qualifier": named.qualifier,
                "request_id": params.get("RequestId") or uuid4(),
                "event": payload.decode(),
            }
        ),
        cause=ctx.call.cause,
    )
    return None


@task_kind
class AsyncInvocation(TaskKind):
    """One event for one function. Each under way is a process of its own."""

    name = KIND
    at_once = EVENTS_AT_ONCE

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        named = _named(task, data)
        config, function = engine.store.read(
            lambda tx: (event_invoke_config(tx, named), find_function(tx, named))
        )
        max_age_ms = config.get("MaximumEventAgeInSeconds", ASYNC_MAX_AGE) * 1000
        age_ms = engine.clock.now_ms() - task.created_ms
        if age_ms > max_age_ms:
            raise Hopeless("EventAgeExceeded")
        if function is not None and function.reserved == 0:
            raise Hopeless("ZeroReservedConcurrency")
        _measure_age(engine, named, age_ms)
        try:
            run = await engine.part(FunctionRuns).run(named, data["request_id"], data["event"].encode())
        except AwsError as error:
            if error.status == 404:
                raise
            # Whoever sent the event waits for what never comes: only here is it told why.
            if error.status >= 500:
                log.warning("a function cannot run; its event is kept", function=named.arn, error=str(error))
            raise NotRun(error, max_age_ms) from error
        if run.outcome.error:
            raise FunctionFailed(run, config.get("MaximumRetryAttempts", ASYNC_RETRIES), max_age_ms)
        record = Record(named, data["request_id"], data["event"], "Success", _failures(task) + 1, run)
        await engine.store.write(lambda tx: _succeeded(engine, tx, task, config, record))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        if isinstance(error, FunctionFailed):
            failures = _failures(task)
            if failures > error.retries:
                return None
            again = now_ms + ASYNC_RETRY_PAUSES[min(failures, len(ASYNC_RETRY_PAUSES)) - 1] * 1000
        elif isinstance(error, NotRun):
            pause = THROTTLE_PAUSE_FIRST * 2 ** min(task.attempts - _failures(task) - 1, 10)
            again = now_ms + min(pause, THROTTLE_PAUSE_LONGEST) * 1000
        elif isinstance(error, Hopeless | AwsError):
            return None
        else:
            return now_ms + THROTTLE_PAUSE_LONGEST * 1000
        # Past its age an event is looked at once more, to be given up.
        return min(again, task.created_ms + error.max_age_ms + 1)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        named = _named(task, data)
        engine.metrics.count(named.scope, NAMESPACE, "AsyncEventsDropped", {"FunctionName": named.name})
        if isinstance(error, AwsError):
            log.warning("an event was dropped", function=named.arn, error=str(error))
            return
        run = error.run if isinstance(error, FunctionFailed) else None
        condition = error.condition if isinstance(error, Hopeless) else "RetriesExhausted"
        record = Record(named, data["request_id"], data["event"], condition, _failures(task), run)
        await engine.store.write(lambda tx: _failed(engine, tx, task, record))


def _named(task: Task, data: Mapping[str, Any]) -> FunctionName:
    return FunctionName(task.scope, data["function"], data["qualifier"])


def _failures(task: Task) -> int:
    """How many of the attempts ended in an error of the function."""
    return sum(failure["error"].startswith(FunctionFailed.__name__) for failure in task.failures)


def _measure_age(engine: Engine, named: FunctionName, age_ms: int) -> None:
    engine.metrics.count(named.scope, NAMESPACE, "AsyncEventAge", {"FunctionName": named.name}, age_ms)


def _succeeded(
    engine: Engine, tx: Transaction, task: Task, config: Mapping[str, Any], record: Record
) -> None:
    destination = config.get("DestinationConfig", {}).get("OnSuccess", {}).get("Destination")
    if destination:
        records.send_record(engine, tx, task, destination, record)
    engine.tasks.complete(tx, task)


def _failed(engine: Engine, tx: Transaction, task: Task, record: Record) -> None:
    config = event_invoke_config(tx, record.function)
    destination = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if destination:
        records.send_record(engine, tx, task, destination, record)
    dead_letters = _dead_letter_target(tx, record.function)
    if dead_letters:
        records.send_dead_letter(engine, tx, task, dead_letters, record)


def _dead_letter_target(tx: Snapshot, named: FunctionName) -> str | None:
    row = find_version(tx, FunctionName(named.scope, named.name))
    if row is None:
        return None
    target: str | None = orjson.loads(row.configuration).get("DeadLetterConfig", {}).get("TargetArn")
    return target
