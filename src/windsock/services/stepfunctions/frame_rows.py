"""The rows of what running executions know, piece by piece."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.languages.asl.run import Changes
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import frames as table
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_EXECUTION = (*in_scope(table), table.c.execution == sa.bindparam("of_execution"))
_ALL = Statement(sa.select(table.c.frame, table.c.body).where(*_OF_EXECUTION).order_by(table.c.frame))
_PUT = Statement(upsert(table, "body"))
_REMOVE = Statement(sa.delete(table).where(*_OF_EXECUTION, table.c.frame == sa.bindparam("of_frame")))
_REMOVE_ALL = Statement(sa.delete(table).where(*_OF_EXECUTION))


def of_execution(tx: Snapshot, scope: Scope, execution: str) -> dict[int, bytes]:
    """The pieces of an execution by number."""
    return {row.frame: row.body for row in tx.rows(_ALL, {**scope.columns, "of_execution": execution})}


def save(tx: Transaction, scope: Scope, execution: str, changes: Changes) -> None:
    """Write the pieces that changed and remove those that are gone."""
    if changes.put:
        key = {**scope.columns, "execution": execution}
        tx.execute_many(
            _PUT, [{**key, "frame": number, "body": body} for number, body in changes.put.items()]
        )
    if changes.removed:
        of = {**scope.columns, "of_execution": execution}
        tx.execute_many(_REMOVE, [{**of, "of_frame": number} for number in changes.removed])


def remove_all(tx: Transaction, scope: Scope, execution: str) -> None:
    """Forget all pieces of an execution."""
    tx.execute(_REMOVE_ALL, {**scope.columns, "of_execution": execution})
