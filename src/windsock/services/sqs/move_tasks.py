"""Message move tasks: taking messages out of a dead-letter queue again, to where they came from.

Sources: API_StartMessageMoveTask, API_ListMessageMoveTasks and API_CancelMessageMoveTask below
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.scope import Scope
from windsock.services.sqs.counts import count_messages
from windsock.services.sqs.dead_letter_sources import source_names
from windsock.services.sqs.errors import InvalidParameterValue, ResourceNotFound, UnsupportedOperation
from windsock.services.sqs.limits import MAX_MOVE_RATE, MAX_MOVE_TASKS_LISTED
from windsock.services.sqs.moving import CANCELLED, RUNNING, begin_moving, find_task
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue, Queues
from windsock.services.sqs.sequence import Sequence
from windsock.services.sqs.tables import move_tasks
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_OF_SOURCE = sa.and_(
    *in_scope(move_tasks),
    move_tasks.c.source_arn == sa.bindparam("source_arn"),
)
_INSERT = Statement(sa.insert(move_tasks))
_LATEST = Statement(
    sa.select(move_tasks).where(_OF_SOURCE).order_by(move_tasks.c.id.desc()).limit(sa.bindparam("most"))
)
# Only so many are ever listed.
_FORGET = Statement(
    sa.delete(move_tasks).where(
        _OF_SOURCE,
        move_tasks.c.id.not_in(
            sa.select(move_tasks.c.id)
            .where(_OF_SOURCE)
            .order_by(move_tasks.c.id.desc())
            .limit(MAX_MOVE_TASKS_LISTED)
        ),
    )
)
_CANCEL = Statement(
    sa.update(move_tasks).where(_OF_SOURCE, move_tasks.c.id == sa.bindparam("of_id")).values(status=CANCELLED)
)


@command("StartMessageMoveTask")
def start_message_move_task(ctx: Command, params: Params) -> Result:
    """Begin to move a dead-letter queue's visible messages to DestinationArn, or back to their sources."""
    rate = params.get("MaxNumberOfMessagesPerSecond")
    if rate is not None and not 1 <= rate <= MAX_MOVE_RATE:
        reason = f"Must be between 1 and {MAX_MOVE_RATE}, if provided."
        raise InvalidParameterValue.of("MaxNumberOfMessagesPerSecond", rate, reason)
    source = _queue_of(ctx, ctx.tx, "SourceArn", required(params, "SourceArn"))
    if not source_names(ctx.tx, source, "", 1):
        raise InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
    destination = params.get("DestinationArn") or None
    if destination is not None:
        _check_destination(source, _queue_of(ctx, ctx.tx, "DestinationArn", destination))
    if any(task.status == RUNNING for task in _latest(ctx.tx, source.scope, source.arn, 1)):
        raise InvalidParameterValue(
            "There is already a task running. Only one active task is allowed for a source queue arn at a "
            "given time."
        )
    task_id = _insert(ctx, source, destination, rate)
    begin_moving(ctx.engine, ctx.tx, source.scope, source.arn, task_id, ctx.now_ms)
    return {"TaskHandle": _handle(task_id, source.arn)}


@query("ListMessageMoveTasks")
def list_message_move_tasks(ctx: Query, params: Params) -> Result:
    """The latest tasks of a source queue, the latest first: one, or up to MaxResults (at most 10)."""
    most = params.get("MaxResults")
    if most is not None and not 1 <= most <= MAX_MOVE_TASKS_LISTED:
        reason = f"Must be between 1 and {MAX_MOVE_TASKS_LISTED}, if provided."
        raise InvalidParameterValue.of("MaxResults", most, reason)
    source = _queue_of(ctx, ctx.tx, "SourceArn", required(params, "SourceArn"))
    tasks = _latest(ctx.tx, source.scope, source.arn, most or 1)
    return {"Results": [_shown(task) for task in tasks]} if tasks else {}


@command("CancelMessageMoveTask")
def cancel_message_move_task(ctx: Command, params: Params) -> Result:
    """Stop a running task. What it moved stays moved."""
    task_id, source_arn = _parse_handle(required(params, "TaskHandle"))
    source = _queue_of(ctx, ctx.tx, "SourceArn", source_arn)
    task = find_task(ctx.tx, source.scope, source.arn, task_id)
    if task is None:
        raise ResourceNotFound("Task does not exist.")
    if task.status != RUNNING:
        raise UnsupportedOperation("Only active tasks can be cancelled.")
    ctx.tx.execute(_CANCEL, {**_key(source.scope, source.arn), "of_id": task_id})
    return {"ApproximateNumberOfMessagesMoved": task.moved}


def _queue_of(ctx: Context, tx: Snapshot, parameter: str, arn: str) -> Queue:
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "sqs":
        raise InvalidParameterValue(
            f"You must use this format to specify the {parameter}: "
            "arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
        )
    queue = _find(ctx, tx, parsed)
    if queue is None:
        raise ResourceNotFound(
            f"The resource that you specified for the {parameter} parameter doesn't exist."
        )
    return queue


def _find(ctx: Context, tx: Snapshot, arn: Arn) -> Queue | None:
    return ctx.engine.part(Queues).find(tx, arn.scope, arn.resource)


def _check_destination(source: Queue, destination: Queue) -> None:
    if source.arn == destination.arn:
        raise InvalidParameterValue("Source queue arn and destination queue arn cannot be the same.")
    if source.fifo != destination.fifo:
        raise InvalidParameterValue("The source queue and destination queue must be of the same queue type.")


def _insert(ctx: Command, source: Queue, destination: str | None, rate: int | None) -> str:
    now = ctx.now_ms
    task_id = ctx.engine.ids.new(now)
    ctx.tx.execute(
        _INSERT,
        {
            **_key(source.scope, source.arn),
            "id": task_id,
            "destination_arn": destination,
            "rate": rate,
            "status": RUNNING,
            "failure": None,
            "started_ms": now,
            # Every message that is there now has a lower number.
            "last_seq": ctx.engine.part(Sequence).next(now),
            "to_move": count_messages(ctx.tx, source, now).visible,
            "moved": 0,
        },
    )
    ctx.tx.execute(_FORGET, _key(source.scope, source.arn))
    return task_id


def _latest(tx: Snapshot, scope: Scope, source_arn: str, most: int) -> list[Row]:
    return tx.rows(_LATEST, {**_key(scope, source_arn), "most": most})


def _key(scope: Scope, source_arn: str) -> dict[str, str]:
    return {**scope.columns, "source_arn": source_arn}


def _shown(task: Row) -> dict[str, Any]:
    shown = {
        "TaskHandle": _handle(task.id, task.source_arn) if task.status == RUNNING else None,
        "Status": task.status,
        "SourceArn": task.source_arn,
        "DestinationArn": task.destination_arn,
        "MaxNumberOfMessagesPerSecond": task.rate,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "FailureReason": task.failure,
        "StartedTimestamp": task.started_ms,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _handle(task_id: str, source_arn: str) -> str:
    return b64encode(orjson.dumps({"taskId": task_id, "sourceArn": source_arn})).decode()


def _parse_handle(handle: str) -> tuple[str, str]:
    try:
        said = orjson.loads(b64decode(handle, validate=True))
        return str(said["taskId"]), str(said["sourceArn"])
    except (ValueError, KeyError, TypeError):
        raise InvalidParameterValue("Value for parameter TaskHandle is invalid.") from None
