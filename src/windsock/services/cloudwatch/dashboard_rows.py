"""The rows of dashboards."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.tables import dashboards
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF = (
    *in_scope(dashboards),
    dashboards.c.name == sa.bindparam("name"),
)
_FIND = Statement(sa.select(dashboards).where(*_OF))
_ALL = Statement(sa.select(dashboards).where(*in_scope(dashboards)).order_by(dashboards.c.name))
_PUT = Statement(upsert(dashboards, "body", "tags", "modified_ms"))
_DELETE = Statement(sa.delete(dashboards).where(*_OF))


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a dashboard."""
    return tx.row(_FIND, {**scope.columns, "name": name})


def of_account(tx: Snapshot, scope: Scope) -> list[Row]:
    """All dashboards of an account, by name."""
    return tx.rows(_ALL, scope.columns)


def put(tx: Transaction, scope: Scope, values: dict[str, Any]) -> None:
    """Write a whole row."""
    tx.execute(_PUT, {**values, **scope.columns})


def delete(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove a dashboard."""
    tx.execute(_DELETE, {**scope.columns, "name": name})
