"""The rows of schedule groups: found, made, changed and removed."""

from __future__ import annotations

from typing import Final, NamedTuple

import sqlalchemy as sa

from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.scope import Scope
from windsock.services.scheduler.errors import Conflict, group_not_found
from windsock.services.scheduler.names import DEFAULT_GROUP
from windsock.services.scheduler.tables import groups as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

ACTIVE: Final = "ACTIVE"
DELETING: Final = "DELETING"

_OF_ACCOUNT = in_scope(table)
_OF_GROUP = (*_OF_ACCOUNT, table.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(table).where(*_OF_GROUP))
_ALL = Statement(sa.select(table).where(*_OF_ACCOUNT))
_COUNT = Statement(sa.select(sa.func.count()).where(*_OF_ACCOUNT, table.c.name != DEFAULT_GROUP))
_PUT = Statement(upsert(table, "state", "tags", "modified_ms"))
_REMOVE = Statement(sa.delete(table).where(*_OF_GROUP))


class Group(NamedTuple):
    """A schedule group."""

    name: str
    state: str
    tags: str
    created_ms: int
    modified_ms: int


# Nobody made it, so it has no dates of its own: it was there first.
_DEFAULT = Group(DEFAULT_GROUP, ACTIVE, NO_TAGS, 0, 0)


def find_group(tx: Snapshot, scope: Scope, name: str) -> Group | None:
    """The group of that name, or None."""
    row = tx.row(_FIND, {**scope.columns, "of_name": name})
    if row is None:
        return _DEFAULT if name == DEFAULT_GROUP else None
    return _group(row)


def require_group(tx: Snapshot, scope: Scope, name: str) -> Group:
    """The group of that name. Raises ResourceNotFound."""
    group = find_group(tx, scope, name)
    if group is None:
        raise group_not_found(name)
    return group


def require_active_group(tx: Snapshot, scope: Scope, name: str) -> None:
    """Raise ResourceNotFound or Conflict unless schedules can be put into the group."""
    if require_group(tx, scope, name).state == DELETING:
        raise Conflict(f"Schedule group {name} is being deleted.")


def all_groups(tx: Snapshot, scope: Scope) -> list[Group]:
    """Every group, by name."""
    found = {row.name: _group(row) for row in tx.rows(_ALL, scope.columns)}
    found.setdefault(DEFAULT_GROUP, _DEFAULT)
    return [found[name] for name in sorted(found)]


def count_groups(tx: Snapshot, scope: Scope) -> int:
    """How many groups there are, the default group among them."""
    return int(tx.scalar(_COUNT, scope.columns)) + 1


def put_group(tx: Transaction, scope: Scope, group: Group) -> None:
    """Make a group, or change its state and tags."""
    tx.execute(_PUT, {**scope.columns, **group._asdict()})


def remove_group(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove a group."""
    tx.execute(_REMOVE, {**scope.columns, "of_name": name})


def _group(row: Row) -> Group:
    return Group(row.name, row.state, row.tags, row.created_ms, row.modified_ms)
