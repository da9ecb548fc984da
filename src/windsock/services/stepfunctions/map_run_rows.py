"""The rows of map runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import map_runs as table
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

_MAP_RUN = (*in_scope(table), table.c.id == sa.bindparam("of_id"))
_OF_EXECUTION = (*in_scope(table), table.c.execution == sa.bindparam("of_execution"))
_FIND = Statement(sa.select(table).where(*_MAP_RUN))
_OF_STATE = Statement(
    sa.select(table).where(
        *_OF_EXECUTION, table.c.frame == sa.bindparam("of_frame"), table.c.seq == sa.bindparam("of_seq")
    )
)
_ADD = Statement(sa.insert(table))
_ALL = Statement(sa.select(table).where(*_OF_EXECUTION).order_by(table.c.started_ms, table.c.id))
_CHANGING = (
    *("status", "stopped_ms", "max_concurrency", "tolerated_failure_count"),
    *("tolerated_failure_percentage", "total_items", "counts", "redrive_count", "redriven_ms"),
)
_CHANGE = Statement(
    sa.update(table).where(*_MAP_RUN).values({name: sa.bindparam(f"new_{name}") for name in _CHANGING})
)
_REMOVE = Statement(sa.delete(table).where(*_OF_EXECUTION))


def find(tx: Snapshot, scope: Scope, map_run: str) -> Row | None:
    """The row of a map run, or None."""
    return tx.row(_FIND, {**scope.columns, "of_id": map_run})


def of_state(tx: Snapshot, scope: Scope, execution: str, frame: int, seq: int) -> Row | None:
    """The map run of the Map state that waits in this frame of an execution, or None."""
    of = {"of_execution": execution, "of_frame": frame, "of_seq": seq}
    return tx.row(_OF_STATE, {**scope.columns, **of})


def add(tx: Transaction, scope: Scope, values: Mapping[str, Any]) -> None:
    """Keep a new map run; `values` are all columns but account and region."""
    tx.execute(_ADD, {**scope.columns, **values})


def change(tx: Transaction, scope: Scope, row: Row, **values: Any) -> None:
    """Set some of what can change of a map run."""
    new = {f"new_{name}": values.get(name, getattr(row, name)) for name in _CHANGING}
    tx.execute(_CHANGE, {**scope.columns, "of_id": row.id, **new})


def of_execution(tx: Snapshot, scope: Scope, execution: str) -> list[Row]:
    """The map runs of an execution, in the order they began."""
    return tx.rows(_ALL, {**scope.columns, "of_execution": execution})


def remove_of_execution(tx: Transaction, scope: Scope, execution: str) -> None:
    """Forget the map runs of an execution."""
    tx.execute(_REMOVE, {**scope.columns, "of_execution": execution})
