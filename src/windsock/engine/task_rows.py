"""The rows of tasks: what is written when one is accepted, done, postponed or given up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.tables import tasks as table
from windsock.engine.tasks import Task
from windsock.kernel.scope import Scope
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

_INSERT = Statement(sa.insert(table))
_OF = sa.and_(
    table.c.account == sa.bindparam("of_account"),
    table.c.region == sa.bindparam("of_region"),
    table.c.id == sa.bindparam("of_id"),
)
_END = Statement(
    sa.update(table)
    .where(_OF)
    .values(
        state=sa.bindparam("state"),
        attempts=sa.bindparam("attempts"),
        ended_ms=sa.bindparam("ended_ms"),
        failures=sa.bindparam("failures"),
    )
)
_RETRY = Statement(
    sa.update(table)
    .where(_OF)
    .values(
        due_ms=sa.bindparam("due_ms"), attempts=sa.bindparam("attempts"), failures=sa.bindparam("failures")
    )
)
_BY_CAUSE = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.cause == sa.bindparam("cause"),
    )
    .order_by(table.c.id)
)
_LATEST = Statement(sa.select(sa.func.max(table.c.id)))


def insert(tx: Transaction, tasks: list[Task]) -> None:
    """Accept tasks."""
    tx.execute_many(
        _INSERT,
        [
            {
                **task.scope.columns,
                "id": task.id,
                "kind": task.kind,
                "lane": task.lane,
                "ordered": task.ordered,
                "state": "pending",
                "cause": task.cause,
                "created_ms": task.created_ms,
                "due_ms": task.due_ms,
                "attempts": 0,
                "ended_ms": None,
                "payload": task.payload,
                "failures": None,
            }
            for task in tasks
        ],
    )


def end(tx: Transaction, tasks: Iterable[Task], now_ms: int) -> None:
    """Mark tasks as what they end as, `done` or `dead`."""
    tx.execute_many(
        _END,
        [
            {
                "of_account": task.scope.account,
                "of_region": task.scope.region,
                "of_id": task.id,
                "state": task.ends_as,
                "attempts": task.attempts + (task.ends_as == "done"),
                "ended_ms": now_ms,
                "failures": orjson.dumps(task.failures).decode() if task.failures else None,
            }
            for task in tasks
        ],
    )


def postpone(tx: Transaction, task: Task) -> None:
    """Write down the failed attempt and when the next one is due."""
    tx.execute(
        _RETRY,
        {
            "of_account": task.scope.account,
            "of_region": task.scope.region,
            "of_id": task.id,
            "due_ms": task.due_ms,
            "attempts": task.attempts,
            "failures": orjson.dumps(task.failures).decode(),
        },
    )


def of_cause(tx: Snapshot, scope: Scope, cause: str) -> list[Any]:
    """The rows of the tasks that `cause` led to, oldest first."""
    return tx.rows(_BY_CAUSE, {**scope.columns, "cause": cause})


def latest_id(tx: Snapshot) -> str | None:
    """The greatest id there is."""
    found: str | None = tx.scalar(_LATEST)
    return found


def task_of_row(row: Any) -> Task:
    """A task as its row tells of it."""
    return Task(
        Scope(row.account, row.region),
        row.id,
        row.kind,
        row.lane,
        bool(row.ordered),
        row.cause,
        row.created_ms,
        row.due_ms,
        row.payload,
        row.attempts,
        orjson.loads(row.failures) if row.failures else [],
    )
