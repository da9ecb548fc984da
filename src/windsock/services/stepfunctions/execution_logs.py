"""What executions write to CloudWatch Logs, where their machine is configured to log.

The lines of a turn are an engine task of that turn's transaction, and written once: the task ends with the
call that writes them.
Sources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html (levels, sizes); the shape of a
line is as recorded at AWS.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import LOG_DELIVERY, Caller
from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.languages.asl.run import HistoryEvent
from windsock.languages.values import to_json
from windsock.services.stepfunctions.limits import LOG_LINE_BYTES, LOG_LINES_BYTES
from windsock.services.stepfunctions.machine_settings import OFF, Settings
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.services.stepfunctions.express_executions import ExpressExecution
    from windsock.services.stepfunctions.turns import Turn

log = Log(__name__)

_KIND: Final = "stepfunctions.logs"
# The lines of one execution stay in order; those of many go side by side.
_LANES: Final = 16

_FATAL: Final = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_ERROR_ENDINGS: Final = ("Aborted", "Failed", "TimedOut")
_DATA: Final = ("input", "output", "parameters", "assignedVariables")


def write(turn: Turn, events: list[HistoryEvent]) -> None:
    """Have the events of a turn written, as far as the machine logs them."""
    execution = turn.execution
    settings = execution.definition.settings
    if settings.log_level == OFF:
        return
    _add(
        turn.engine,
        turn.tx,
        turn.scope,
        settings,
        machine=execution.machine,
        arn=execution.arn,
        redrives=execution.redrive_count,
        started_ms=execution.started_ms,
        events=events,
        origin=execution.origin,
    )


def write_express(
    engine: Engine, tx: Transaction, execution: ExpressExecution, events: list[HistoryEvent]
) -> None:
    """Have events of an Express execution written, as far as its machine logs them."""
    settings = execution.definition.settings
    if settings.log_level == OFF:
        return
    _add(
        engine,
        tx,
        execution.scope,
        settings,
        machine=execution.machine,
        arn=execution.arn,
        redrives=0,
        started_ms=execution.started_ms,
        events=events,
        origin=execution.origin,
    )


def _add(
    engine: Engine,
    tx: Transaction,
    scope: Scope,
    settings: Settings,
    *,
    machine: str,
    arn: str,
    redrives: int,
    started_ms: int,
    events: Iterable[HistoryEvent],
    origin: str,
) -> None:
    """Have events of an execution written."""
    lines = [
        (event["timestamp"], _line(event, arn, redrives, settings.logs_data))
        for event in events
        if _is_logged(settings.log_level, event["type"])
    ]
    minute = to_datetime(started_ms).strftime("%Y-%m-%d-%H-%M")
    stream = f"states/{machine}/{minute}/{zlib.crc32(machine.encode()):08x}"
    for batch in _batches(lines):
        engine.tasks.add(
            tx,
            scope,
            kind=_KIND,
            lane=f"{_KIND}:{zlib.crc32(arn.encode()) % _LANES}",
            ordered=True,
            payload=orjson.dumps({"group": settings.log_group, "stream": stream, "lines": batch}),
            cause=origin,
        )


@task_kind
class LogLines(TaskKind):
    """Lines for one log stream."""

    name = _KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        put = {
            **_stream(data),
            "logEvents": [{"timestamp": at_ms, "message": message} for at_ms, message in data["lines"]],
        }
        try:
            await _call(engine, task, data, "PutLogEvents", put, completes=task)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise
            await _create_stream(engine, task, data)
            await _call(engine, task, data, "PutLogEvents", put, completes=task)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        """A log group that was deleted does not come back."""
        if isinstance(error, AwsError) and error.status < 500:
            return None
        return now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        log.warning("log lines were lost", group=task.data()["group"], error=str(error))


async def _create_stream(engine: Engine, task: Task, data: dict[str, Any]) -> None:
    try:
        await _call(engine, task, data, "CreateLogStream", _stream(data))
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise


async def _call(
    engine: Engine,
    task: Task,
    data: dict[str, Any],
    operation: str,
    params: dict[str, Any],
    completes: Task | None = None,
) -> None:
    arn = parse_arn(data["group"])
    scope = task.scope if arn is None else arn.scope
    caller = Caller.service(LOG_DELIVERY, task.scope.account)
    await engine.call("logs", operation, params, caller=caller, scope=scope, completes=completes)


def _stream(data: dict[str, Any]) -> dict[str, Any]:
    group = data["group"].partition(":log-group:")[2]
    return {"logGroupName": group, "logStreamName": data["stream"]}


def _is_logged(level: str, kind: str) -> bool:
    if level == "ALL":
        return True
    if level == "ERROR":
        return kind.endswith(_ERROR_ENDINGS) or kind == "FailStateEntered"
    return level == "FATAL" and kind in _FATAL


def _line(event: HistoryEvent, arn: str, redrives: int, with_data: bool) -> str:
    details: dict[str, Any] = next(
        (value for name, value in event.items() if name.endswith("EventDetails")), {}
    )
    line = {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details if with_data else _without_data(details),
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(event["timestamp"]),
        "execution_arn": arn,
        "redrive_count": str(redrives),
    }
    text = to_json(line)
    if len(text.encode()) <= LOG_LINE_BYTES:
        return text
    truncated = {f"{name}Details": {"truncated": True} for name in _DATA if name in details}
    return to_json({**line, "details": {**_without_data(details), **truncated}})


def _without_data(details: dict[str, Any]) -> dict[str, Any]:
    hidden = {*_DATA, *(f"{name}Details" for name in _DATA)}
    return {name: value for name, value in details.items() if name not in hidden}


def _batches(lines: list[tuple[int, str]]) -> Iterable[list[tuple[int, str]]]:
    """Lines in parts that one PutLogEvents takes."""
    batch: list[tuple[int, str]] = []
    size = 0
    for line in lines:
        length = len(line[1].encode()) + 26
        if batch and size + length > LOG_LINES_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch
