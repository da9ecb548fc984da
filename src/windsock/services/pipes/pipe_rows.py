"""The rows of pipes: found, put, changed, listed and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.pipes.tables import pipes as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_ACCOUNT = in_scope(table)
_PIPE = (*_OF_ACCOUNT, table.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(table).where(*_PIPE))
_AFTER = Statement(
    sa.select(table).where(*_OF_ACCOUNT, table.c.name > sa.bindparam("after")).order_by(table.c.name)
)
_REMOVE = Statement(sa.delete(table).where(*_PIPE))
_KEY = frozenset({"account", "region", "name"})
_PUT = Statement(upsert(table, *(column.name for column in table.c if column.name not in _KEY)))
_MOVE = Statement(
    sa.update(table)
    .where(*_PIPE, table.c.run == sa.bindparam("of_run"))
    .values(current_state=sa.bindparam("new_state"))
)
_TAG = Statement(sa.update(table).where(*_PIPE).values(tags=sa.bindparam("new_tags")))


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a pipe, or None."""
    return tx.row(_FIND, _key(scope, name))


def put(tx: Transaction, scope: Scope, name: str, values: Mapping[str, Any]) -> None:
    """Make a pipe, or replace everything of one; `values` are all columns but the key."""
    tx.execute(_PUT, {**scope.columns, "name": name, **values})


def move(tx: Transaction, scope: Scope, name: str, run: str, state: str) -> None:
    """Set the current state of a pipe that is still worked by `run`."""
    tx.execute(_MOVE, {**_key(scope, name), "of_run": run, "new_state": state})


def tag(tx: Transaction, scope: Scope, name: str, tags: str) -> None:
    """Set the tags of a pipe, as JSON."""
    tx.execute(_TAG, {**_key(scope, name), "new_tags": tags})


def remove(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove a pipe."""
    tx.execute(_REMOVE, _key(scope, name))


def after(tx: Snapshot, scope: Scope, name: str) -> list[Row]:
    """The pipes whose names come after `name`, by name."""
    return tx.rows(_AFTER, {**scope.columns, "after": name})


def _key(scope: Scope, name: str) -> dict[str, str]:
    return {**scope.columns, "of_name": name}
