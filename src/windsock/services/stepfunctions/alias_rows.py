"""The rows of aliases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.names import MachineName
from windsock.services.stepfunctions.tables import aliases
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_MACHINE = (*in_scope(aliases), aliases.c.machine == sa.bindparam("of_machine"))
_ALIAS = (*_OF_MACHINE, aliases.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(aliases).where(*_ALIAS))
_ALL = Statement(sa.select(aliases).where(*_OF_MACHINE).order_by(aliases.c.name))
_PUT = Statement(upsert(aliases, "description", "routing", "updated_ms"))
_REMOVE = Statement(sa.delete(aliases).where(*_ALIAS))


def find(tx: Snapshot, named: MachineName) -> Row | None:
    """The row of the alias that `named` is qualified with, or None."""
    return tx.row(_FIND, _key(named))


def of_machine(tx: Snapshot, scope: Scope, machine: str) -> list[Row]:
    """The aliases of a machine, by name."""
    return tx.rows(_ALL, {**scope.columns, "of_machine": machine})


def routing_to(tx: Snapshot, scope: Scope, machine: str, version: int) -> list[str]:
    """The names of the aliases that route to a version."""
    return [
        row.name
        for row in of_machine(tx, scope, machine)
        if any(route["version"] == version for route in orjson.loads(row.routing))
    ]


def put(tx: Transaction, named: MachineName, values: Mapping[str, Any]) -> None:
    """Make an alias, or set what can change of one; `values` are all columns but the key."""
    key = {**named.scope.columns, "machine": named.name, "name": named.qualifier}
    tx.execute(_PUT, {**key, **values})


def remove(tx: Transaction, named: MachineName) -> None:
    """Remove an alias; one that is not there is no error."""
    tx.execute(_REMOVE, _key(named))


def _key(named: MachineName) -> dict[str, Any]:
    return {**named.scope.columns, "of_machine": named.name, "of_name": named.qualifier}
