"""The rows of schedules: found, put, listed and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.scheduler.tables import schedules as table
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_ACCOUNT = in_scope(table)
_IN_GROUP = (*_OF_ACCOUNT, table.c.group_name == sa.bindparam("of_group"))
_SCHEDULE = (*_IN_GROUP, table.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(table).where(*_SCHEDULE))
_REMOVE = Statement(sa.delete(table).where(*_SCHEDULE))
_NAMES = Statement(sa.select(table.c.name).where(*_IN_GROUP).limit(sa.bindparam("most")))
_KEY = frozenset({"account", "region", "group_name", "name"})
_PUT = Statement(upsert(table, *(column.name for column in table.c if column.name not in _KEY)))

_MATCHING = (
    sa.func.substr(table.c.name, 1, sa.func.length(sa.bindparam("prefix"))) == sa.bindparam("prefix"),
    sa.or_(sa.bindparam("of_state") == "", table.c.state == sa.bindparam("of_state")),
)
_PAGE_OF_GROUP = Statement(
    sa.select(table)
    .where(*_IN_GROUP, table.c.name > sa.bindparam("after_name"), *_MATCHING)
    .order_by(table.c.name)
    .limit(sa.bindparam("most"))
)
_PAGE = Statement(
    sa.select(table)
    .where(
        *_OF_ACCOUNT,
        sa.tuple_(table.c.group_name, table.c.name)
        > sa.tuple_(sa.bindparam("after_group"), sa.bindparam("after_name")),
        *_MATCHING,
    )
    .order_by(table.c.group_name, table.c.name)
    .limit(sa.bindparam("most"))
)


def find(tx: Snapshot, scope: Scope, group: str, name: str) -> Row | None:
    """The row of a schedule, or None."""
    return tx.row(_FIND, _key(scope, group, name))


def put(tx: Transaction, scope: Scope, group: str, name: str, values: Mapping[str, Any]) -> None:
    """Make a schedule, or replace everything of one; `values` are all columns but the key."""
    tx.execute(_PUT, {**scope.columns, "group_name": group, "name": name, **values})


def remove(tx: Transaction, scope: Scope, group: str, name: str) -> bool:
    """Remove a schedule; whether it was there."""
    return tx.execute(_REMOVE, _key(scope, group, name)) > 0


def names_in_group(tx: Snapshot, scope: Scope, group: str, most: int) -> list[str]:
    """Names of up to `most` schedules of a group."""
    return [row.name for row in tx.rows(_NAMES, {**scope.columns, "of_group": group, "most": most})]


def page_of(
    tx: Snapshot, scope: Scope, group: str | None, after: tuple[str, str], prefix: str, state: str, most: int
) -> list[Row]:
    """Schedules by group and name, after a group and name; an empty `state` stands for any."""
    values = {
        **scope.columns,
        "after_name": after[1],
        "prefix": prefix,
        "of_state": state,
        "most": most,
    }
    if group is not None:
        return tx.rows(_PAGE_OF_GROUP, {**values, "of_group": group})
    return tx.rows(_PAGE, {**values, "after_group": after[0]})


def _key(scope: Scope, group: str, name: str) -> dict[str, str]:
    return {**scope.columns, "of_group": group, "of_name": name}
