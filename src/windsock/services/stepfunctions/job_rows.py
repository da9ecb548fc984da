"""The rows of jobs that executions wait for."""

from __future__ import annotations

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import jobs as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_JOB = (
    *in_scope(table),
    table.c.execution == sa.bindparam("of_execution"),
    table.c.frame == sa.bindparam("of_frame"),
)
_FIND = Statement(sa.select(table).where(*_JOB))
_PUT = Statement(upsert(table, "seq", "work"))
_REMOVE = Statement(sa.delete(table).where(*_JOB))


def find(tx: Snapshot, scope: Scope, execution: str, frame: int) -> Row | None:
    """The job that a frame of an execution waits for, or None."""
    return tx.row(_FIND, {**scope.columns, "of_execution": execution, "of_frame": frame})


def put(tx: Transaction, scope: Scope, execution: str, frame: int, seq: int, work: object) -> None:
    """A frame waits for a job."""
    key = {**scope.columns, "execution": execution, "frame": frame}
    tx.execute(_PUT, {**key, "seq": seq, "work": orjson.dumps(work).decode()})


def remove(tx: Transaction, scope: Scope, execution: str, frame: int) -> None:
    """The job is over, or nobody waits for it."""
    tx.execute(_REMOVE, {**scope.columns, "of_execution": execution, "of_frame": frame})
