"""The rows of state machines and of their revisions: found, put, listed and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.tables import tasks
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.names import machine_arn
from windsock.services.stepfunctions.tables import aliases, executions, machines, revisions, versions
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

STANDARD: Final = "STANDARD"
EXPRESS: Final = "EXPRESS"

ACTIVE: Final = "ACTIVE"
DELETING: Final = "DELETING"


def in_scope(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on the columns that lead every key, by the parameters `account` and `region`."""
    return (table.c.account == sa.bindparam("account"), table.c.region == sa.bindparam("region"))


_MACHINE = (*in_scope(machines), machines.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(machines).where(*_MACHINE))
_PUT = Statement(upsert(machines, "status", "revision", "last_version", "tags"))
_AFTER = Statement(
    sa.select(machines)
    .where(*in_scope(machines), machines.c.name > sa.bindparam("after"))
    .order_by(machines.c.name)
    .limit(sa.bindparam("most"))
)
_COUNT = Statement(sa.select(sa.func.count()).where(*in_scope(machines)))
_SET_LAST_VERSION = Statement(
    sa.update(machines).where(*_MACHINE).values(last_version=sa.bindparam("new_last_version"))
)
_TAG = Statement(sa.update(machines).where(*_MACHINE).values(tags=sa.bindparam("new_tags")))
_REMOVE = (
    Statement(sa.delete(machines).where(*_MACHINE)),
    Statement(sa.delete(versions).where(*in_scope(versions), versions.c.machine == sa.bindparam("of_name"))),
    Statement(sa.delete(aliases).where(*in_scope(aliases), aliases.c.machine == sa.bindparam("of_name"))),
)

_REVISION = Statement(
    sa.select(revisions).where(*in_scope(revisions), revisions.c.id == sa.bindparam("of_id"))
)
_ADD_REVISION = Statement(sa.insert(revisions))
# Revisions that neither a machine nor a version nor an execution needs any more. While Express executions are
# to run, which are no rows, any may be theirs.
_REMOVE_UNUSED = Statement(
    sa.delete(revisions).where(
        *in_scope(revisions),
        revisions.c.machine == sa.bindparam("of_machine"),
        ~sa.exists().where(
            machines.c.account == revisions.c.account,
            machines.c.region == revisions.c.region,
            machines.c.name == revisions.c.machine,
            machines.c.revision == revisions.c.id,
        ),
        ~sa.exists().where(
            versions.c.account == revisions.c.account,
            versions.c.region == revisions.c.region,
            versions.c.machine == revisions.c.machine,
            versions.c.revision == revisions.c.id,
        ),
        ~sa.exists().where(
            executions.c.account == revisions.c.account,
            executions.c.region == revisions.c.region,
            executions.c.revision == revisions.c.id,
        ),
        ~sa.exists().where(tasks.c.lane == sa.bindparam("express_lane"), tasks.c.state == "pending"),
    )
)


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a machine, or None."""
    return tx.row(_FIND, {**scope.columns, "of_name": name})


def put(tx: Transaction, scope: Scope, name: str, values: Mapping[str, Any]) -> None:
    """Make a machine, or set what can change of one; `values` are all columns but the key."""
    tx.execute(_PUT, {**scope.columns, "name": name, **values})


def after(tx: Snapshot, scope: Scope, name: str, most: int) -> list[Row]:
    """The machines whose names come after `name`, by name."""
    return tx.rows(_AFTER, {**scope.columns, "after": name, "most": most})


def count(tx: Snapshot, scope: Scope) -> int:
    """How many machines there are."""
    found: int = tx.scalar(_COUNT, scope.columns)
    return found


def set_last_version(tx: Transaction, scope: Scope, name: str, version: int) -> None:
    """Remember the number that a version was given last."""
    tx.execute(_SET_LAST_VERSION, {**scope.columns, "of_name": name, "new_last_version": version})


def set_tags(tx: Transaction, scope: Scope, name: str, tags: str) -> None:
    """Set the tags of a machine, as JSON."""
    tx.execute(_TAG, {**scope.columns, "of_name": name, "new_tags": tags})


def remove(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove a machine with its versions and aliases, and what of its revisions no execution needs."""
    for statement in _REMOVE:
        tx.execute(statement, {**scope.columns, "of_name": name})
    remove_unused_revisions(tx, scope, name)


def revision(tx: Snapshot, scope: Scope, revision_id: str) -> Row:
    """The row of a revision; it is there for as long as something names it."""
    row = tx.row(_REVISION, {**scope.columns, "of_id": revision_id})
    if row is None:
        raise LookupError(f"There is no revision {revision_id}.")
    return row


def add_revision(tx: Transaction, scope: Scope, values: Mapping[str, Any]) -> None:
    """Keep a revision; `values` are all columns but account and region."""
    tx.execute(_ADD_REVISION, {**scope.columns, **values})


def remove_unused_revisions(tx: Transaction, scope: Scope, machine: str) -> None:
    """Forget the revisions of a machine that nothing names any more."""
    of = {"of_machine": machine, "express_lane": express_lane(scope, machine)}
    tx.execute(_REMOVE_UNUSED, {**scope.columns, **of})


def express_lane(scope: Scope, machine: str) -> str:
    """The lane of the engine tasks that are the Express executions of a machine which nobody waits for."""
    return f"stepfunctions.express:{machine_arn(scope, machine)}"
