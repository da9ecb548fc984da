"""The rows of published versions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import versions
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

_OF_MACHINE = (*in_scope(versions), versions.c.machine == sa.bindparam("of_machine"))
_VERSION = (*_OF_MACHINE, versions.c.version == sa.bindparam("of_version"))
_FIND = Statement(sa.select(versions).where(*_VERSION))
_OF_REVISION = Statement(
    sa.select(versions).where(*_OF_MACHINE, versions.c.revision == sa.bindparam("of_revision"))
)
_BEFORE = Statement(
    sa.select(versions)
    .where(*_OF_MACHINE, versions.c.version < sa.bindparam("before"))
    .order_by(versions.c.version.desc())
    .limit(sa.bindparam("most"))
)
_COUNT = Statement(sa.select(sa.func.count()).where(*_OF_MACHINE))
_ADD = Statement(sa.insert(versions))
_REMOVE = Statement(sa.delete(versions).where(*_VERSION))


def find(tx: Snapshot, scope: Scope, machine: str, version: int) -> Row | None:
    """The row of a version, or None."""
    return tx.row(_FIND, _key(scope, machine, version))


def of_revision(tx: Snapshot, scope: Scope, machine: str, revision: str) -> Row | None:
    """The version that is this revision, or None."""
    return tx.row(_OF_REVISION, {**scope.columns, "of_machine": machine, "of_revision": revision})


def before(tx: Snapshot, scope: Scope, machine: str, version: int, most: int) -> list[Row]:
    """The versions below a number, the newest first."""
    return tx.rows(_BEFORE, {**scope.columns, "of_machine": machine, "before": version, "most": most})


def count(tx: Snapshot, scope: Scope, machine: str) -> int:
    """How many versions a machine has."""
    found: int = tx.scalar(_COUNT, {**scope.columns, "of_machine": machine})
    return found


def add(tx: Transaction, scope: Scope, values: dict[str, Any]) -> None:
    """Keep a version; `values` are all columns but account and region."""
    tx.execute(_ADD, {**scope.columns, **values})


def remove(tx: Transaction, scope: Scope, machine: str, version: int) -> None:
    """Remove a version; one that is not there is no error."""
    tx.execute(_REMOVE, _key(scope, machine, version))


def _key(scope: Scope, machine: str, version: int) -> dict[str, Any]:
    return {**scope.columns, "of_machine": machine, "of_version": version}
