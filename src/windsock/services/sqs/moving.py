"""The work of message move tasks, done a step at a time by a timer and no faster than was asked.

A redriven message is a new one: it gets an id and an age of its own.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
import sqlalchemy as sa

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.sqs import heap
from windsock.services.sqs.dead_letters import EARLIER_RECEIVES, SOURCE_ARN
from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.limits import MOVE_CHUNK, MOVE_STEP_MS
from windsock.services.sqs.queue import Queue, Queues
from windsock.services.sqs.sequence import Sequence
from windsock.services.sqs.tables import messages, move_tasks, of_heap
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

RUNNING: Final = "RUNNING"
COMPLETED: Final = "COMPLETED"
CANCELLED: Final = "CANCELLED"
FAILED: Final = "FAILED"

_NO_SOURCE: Final = "CouldNotDetermineMessageSource"
_NO_QUEUE: Final = "AWS.SimpleQueueService.NonExistentQueue"

_OF_TASK = sa.and_(
    *in_scope(move_tasks),
    move_tasks.c.source_arn == sa.bindparam("of_source_arn"),
    move_tasks.c.id == sa.bindparam("of_id"),
)
_FIND = Statement(sa.select(move_tasks).where(_OF_TASK))
_PROGRESS = Statement(
    sa.update(move_tasks)
    .where(_OF_TASK)
    .values(
        moved=sa.bindparam("new_moved"),
        status=sa.bindparam("new_status"),
        failure=sa.bindparam("new_failure"),
    )
)
_PAGE = Statement(
    sa.select(messages.c.seq, messages.c.visible_ms, messages.c.sent_ms, messages.c.group_id)
    .where(
        of_heap(messages),
        messages.c.seq > sa.bindparam("after"),
        messages.c.seq <= sa.bindparam("last_seq"),
    )
    .order_by(messages.c.seq)
    .limit(MOVE_CHUNK)
)


def find_task(tx: Snapshot, scope: Scope, source_arn: str, task_id: str) -> Row | None:
    """The row of a task."""
    return tx.row(_FIND, _key(scope, source_arn, task_id))


def begin_moving(
    engine: Engine, tx: Transaction, scope: Scope, source_arn: str, task_id: str, due_ms: int
) -> None:
    """Have the next messages of a task moved at `due_ms`."""
    payload = orjson.dumps({"source_arn": source_arn})
    engine.timers.set(tx, scope, Moving.name, task_id, due_ms, payload)


@timer_kind
class Moving(TimerKind):
    """Moves as many messages as the task may by now, and comes again."""

    name = "sqs.move"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        """See TimerKind.fire. A task that was cancelled meanwhile moves no more."""
        source_arn = timer.data()["source_arn"]
        task = find_task(tx, timer.scope, source_arn, timer.key)
        if task is None or task.status != RUNNING:
            return
        now = engine.clock.now_ms()
        moved, end, failure = _Step(engine, tx, task, now).move()
        total = task.moved + moved
        tx.execute(
            _PROGRESS,
            {
                **_key(timer.scope, source_arn, timer.key),
                "new_moved": total,
                "new_status": end or RUNNING,
                "new_failure": failure,
            },
        )
        if end is None:
            begin_moving(engine, tx, timer.scope, source_arn, timer.key, _due(task, total, now))


class _Step:
    """One transaction's worth of a task."""

    def __init__(self, engine: Engine, tx: Transaction, task: Row, now_ms: int) -> None:
        self._engine = engine
        self._tx = tx
        self._task = task
        self._now = now_ms

    def move(self) -> tuple[int, str | None, str | None]:
        """How many messages were moved, the status the task ends with (None to go on), and its failure."""
        source = self._queue(self._task.source_arn)
        if source is None:
            return 0, FAILED, _NO_QUEUE
        most = min(_allowance(self._task, self._now), MOVE_CHUNK)
        movable = self._movable(source, most + 1)
        for moved, seq in enumerate(movable[:most]):
            failure = self._move_one(source, seq)
            if failure is not None:
                return moved, FAILED, failure
        return min(len(movable), most), None if len(movable) > most else COMPLETED, None

    def _movable(self, source: Queue, most: int) -> list[int]:
        """The first messages that are not hidden, nor behind a hidden one of their FIFO group."""
        found: list[int] = []
        locked: set[str | None] = set()
        after = 0
        while len(found) < most:
            page = self._tx.rows(_PAGE, {**source.key, "after": after, "last_seq": self._task.last_seq})
            for row in page:
                if row.visible_ms > self._now:
                    locked.add(row.group_id)
                elif row.sent_ms > self._now - source.retention_ms and not (
                    source.fifo and row.group_id in locked
                ):
                    found.append(row.seq)
            if len(page) < MOVE_CHUNK:
                break
            after = page[-1].seq
        return found[:most]

    def _move_one(self, source: Queue, seq: int) -> str | None:
        row = heap.read(self._tx, source, seq)
        if row is None:
            return None
        system = orjson.loads(row.system)
        origin = system.pop(SOURCE_ARN, None)
        system.pop(EARLIER_RECEIVES, None)
        destination_arn = self._task.destination_arn or origin
        if destination_arn is None:
            return _NO_SOURCE
        destination = self._queue(destination_arn)
        if destination is None:
            return _NO_QUEUE
        heap.remove(self._tx, source, seq)
        if source.fifo:
            refresh_group(self._tx, source, row.group_id)
        heap.put(
            self._engine,
            self._tx,
            destination,
            {
                "seq": self._engine.part(Sequence).next(self._now),
                "id": uuid4(),
                "visible_ms": self._now,
                "sent_ms": self._now,
                "group_id": row.group_id,
                "deduplication_id": row.deduplication_id,
                "attributes": row.attributes,
                "system": orjson.dumps(system).decode(),
                "body": row.body,
            },
        )
        return None

    def _queue(self, arn: str) -> Queue | None:
        parsed = parse_arn(arn)
        return parsed and self._engine.part(Queues).find(self._tx, parsed.scope, parsed.resource)


def _allowance(task: Row, now_ms: int) -> int:
    if task.rate is None:
        return MOVE_CHUNK
    by_now: int = (now_ms - task.started_ms) * task.rate // 1000 + 1
    return max(by_now - int(task.moved), 0)


def _due(task: Row, moved: int, now_ms: int) -> int:
    if task.rate is None:
        return now_ms
    next_ms: int = task.started_ms + -(-moved * 1000 // task.rate)
    return max(next_ms, now_ms + MOVE_STEP_MS)


def _key(scope: Scope, source_arn: str, task_id: str) -> dict[str, str]:
    return {
        **scope.columns,
        "of_source_arn": source_arn,
        "of_id": task_id,
    }
