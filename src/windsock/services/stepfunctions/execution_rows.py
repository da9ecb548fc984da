"""The rows of executions: found, put, ended, listed and removed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import executions, frames, history
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

RUNNING: Final = "RUNNING"
SUCCEEDED: Final = "SUCCEEDED"
FAILED: Final = "FAILED"
TIMED_OUT: Final = "TIMED_OUT"
ABORTED: Final = "ABORTED"
PENDING_REDRIVE: Final = "PENDING_REDRIVE"
STATUSES: Final = (RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE)

_BY_ID = (*in_scope(executions), executions.c.id == sa.bindparam("of_id"))
_FIND = Statement(sa.select(executions).where(*_BY_ID))
_NAMED = Statement(
    sa.select(executions).where(
        *in_scope(executions),
        executions.c.machine == sa.bindparam("of_machine"),
        executions.c.name == sa.bindparam("of_name"),
    )
)
_ADD = Statement(sa.insert(executions))
_CHANGING = (
    *("status", "stopped_ms", "output", "error", "cause", "redrive_count", "redriven_ms", "redrive_token"),
)
_CHANGE = Statement(
    sa.update(executions).where(*_BY_ID).values({name: sa.bindparam(f"new_{name}") for name in _CHANGING})
)
_TELL = Statement(sa.update(executions).where(*_BY_ID).values(told=sa.bindparam("new_told")))
_OPEN = Statement(
    sa.select(sa.literal(1))
    .where(
        *in_scope(executions),
        executions.c.machine == sa.bindparam("of_machine"),
        executions.c.status == RUNNING,
    )
    .limit(1)
)


def _listed(*of: sa.ColumnElement[bool]) -> Statement:
    return Statement(
        sa.select(executions)
        .where(
            *in_scope(executions),
            *of,
            executions.c.status == sa.bindparam("of_status"),
            executions.c.id < sa.bindparam("before"),
        )
        .order_by(executions.c.id.desc())
        .limit(sa.bindparam("most"))
    )


_OF_MACHINE = _listed(executions.c.machine == sa.bindparam("of"))
_OF_MAP_RUN = _listed(executions.c.map_run == sa.bindparam("of"))

_CHILD = Statement(
    sa.select(executions).where(
        *in_scope(executions),
        executions.c.map_run == sa.bindparam("of"),
        executions.c.map_index == sa.bindparam("of_index"),
    )
)
_CHILDREN_FROM = Statement(
    sa.select(executions)
    .where(
        *in_scope(executions),
        executions.c.map_run == sa.bindparam("of"),
        executions.c.map_index >= sa.bindparam("from_index"),
    )
    .order_by(executions.c.map_index)
    .limit(sa.bindparam("most"))
)

_STOPPED_BEFORE = Statement(
    sa.select(executions.c.account, executions.c.region, executions.c.id, executions.c.machine)
    .where(executions.c.stopped_ms <= sa.bindparam("until"))
    .order_by(executions.c.stopped_ms)
    .limit(sa.bindparam("most"))
)
_FIRST_STOPPED = Statement(sa.select(sa.func.min(executions.c.stopped_ms)))
_REMOVE: Final = (
    Statement(sa.delete(history).where(*in_scope(history), history.c.execution == sa.bindparam("of_id"))),
    Statement(sa.delete(frames).where(*in_scope(frames), frames.c.execution == sa.bindparam("of_id"))),
    Statement(sa.delete(executions).where(*_BY_ID)),
)


def find(tx: Snapshot, scope: Scope, execution_id: str) -> Row | None:
    """The row of an execution, or None."""
    return tx.row(_FIND, {**scope.columns, "of_id": execution_id})


def named(tx: Snapshot, scope: Scope, machine: str, name: str) -> Row | None:
    """The row of an execution by its machine and name, or None."""
    return tx.row(_NAMED, {**scope.columns, "of_machine": machine, "of_name": name})


def add(tx: Transaction, scope: Scope, values: Mapping[str, Any]) -> None:
    """Keep a new execution; `values` are all columns but account and region."""
    tx.execute(_ADD, {**scope.columns, **values})


def change(tx: Transaction, scope: Scope, execution_id: str, values: Mapping[str, Any]) -> None:
    """Set what changes when an execution ends or is redriven; `values` are all those columns."""
    new = {f"new_{name}": values[name] for name in _CHANGING}
    tx.execute(_CHANGE, {**scope.columns, "of_id": execution_id, **new})


def set_told(tx: Transaction, scope: Scope, execution_id: str, told: str) -> None:
    """Say who learns of the end of an execution."""
    tx.execute(_TELL, {**scope.columns, "of_id": execution_id, "new_told": told})


def is_open(tx: Snapshot, scope: Scope, machine: str) -> bool:
    """Whether an execution of a machine runs."""
    return tx.scalar(_OPEN, {**scope.columns, "of_machine": machine}) is not None


def of_machine(
    tx: Snapshot, scope: Scope, machine: str, statuses: Iterable[str], before: str, most: int
) -> list[Row]:
    """Executions of a machine that are in one of the statuses and older than `before`, the newest first."""
    return _newest(tx, _OF_MACHINE, {**scope.columns, "of": machine}, statuses, before, most)


def of_map_run(
    tx: Snapshot, scope: Scope, map_run: str, statuses: Iterable[str], before: str, most: int
) -> list[Row]:
    """The same of the children of a map run."""
    return _newest(tx, _OF_MAP_RUN, {**scope.columns, "of": map_run}, statuses, before, most)


def child(tx: Snapshot, scope: Scope, map_run: str, index: int) -> Row | None:
    """The child of a map run with this index, or None."""
    return tx.row(_CHILD, {**scope.columns, "of": map_run, "of_index": index})


def children_from(tx: Snapshot, scope: Scope, map_run: str, index: int, most: int) -> list[Row]:
    """At most `most` children of a map run from an index on, in their order."""
    return tx.rows(_CHILDREN_FROM, {**scope.columns, "of": map_run, "from_index": index, "most": most})


def stopped_before(tx: Snapshot, until_ms: int, most: int) -> list[Row]:
    """Account, region, id and machine of executions that ended by `until_ms`, the first to end first."""
    return tx.rows(_STOPPED_BEFORE, {"until": until_ms, "most": most})


def first_stopped(tx: Snapshot) -> int | None:
    """When the first of those that have ended did so."""
    found: int | None = tx.scalar(_FIRST_STOPPED)
    return found


def remove(tx: Transaction, scope: Scope, execution_id: str) -> None:
    """Forget an execution and its history."""
    for statement in _REMOVE:
        tx.execute(statement, {**scope.columns, "of_id": execution_id})


def _newest(
    tx: Snapshot, statement: Statement, of: Mapping[str, Any], statuses: Iterable[str], before: str, most: int
) -> list[Row]:
    """The lists by status, merged: an index leads to each, so that no status has to be searched for."""
    by_status = [
        tx.rows(statement, {**of, "of_status": status, "before": before, "most": most}) for status in statuses
    ]
    merged = heapq.merge(*by_status, key=lambda row: row.id, reverse=True)
    return [row for row, _ in zip(merged, range(most), strict=False)]
