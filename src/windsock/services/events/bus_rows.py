"""The rows of buses: found, put, changed and removed. The default bus has one once something was changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.events.names import DEFAULT_BUS
from windsock.services.events.tables import buses
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_BUS = (*in_scope(buses), buses.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(buses).where(*_BUS))
_POLICY = Statement(sa.select(buses.c.policy).where(*_BUS))
_ALL = Statement(sa.select(buses).where(*in_scope(buses)).order_by(buses.c.name))
_COUNT = Statement(sa.select(sa.func.count()).where(*in_scope(buses), buses.c.name != DEFAULT_BUS))
_INSERT = Statement(upsert(buses))
_SET = Statement(
    sa.update(buses)
    .where(*_BUS)
    .values(
        description=sa.bindparam("new_description"),
        kms_key=sa.bindparam("new_kms_key"),
        dead_letter=sa.bindparam("new_dead_letter"),
        log_config=sa.bindparam("new_log_config"),
        modified_ms=sa.bindparam("new_modified_ms"),
    )
)
_SET_POLICY = Statement(
    sa.update(buses)
    .where(*_BUS)
    .values(policy=sa.bindparam("new_policy"), modified_ms=sa.bindparam("new_modified_ms"))
)
_SET_TAGS = Statement(sa.update(buses).where(*_BUS).values(tags=sa.bindparam("new_tags")))
_REMOVE = Statement(sa.delete(buses).where(*_BUS))


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a bus, or None."""
    return tx.row(_FIND, _key(scope, name))


def policy_of(tx: Snapshot, scope: Scope, name: str) -> str | None:
    """The policy of a bus; None without one, and without such a bus."""
    policy: str | None = tx.scalar(_POLICY, _key(scope, name))
    return policy


def of_scope(tx: Snapshot, scope: Scope) -> list[Row]:
    """The rows of all buses, by name."""
    return tx.rows(_ALL, scope.columns)


def count(tx: Snapshot, scope: Scope) -> int:
    """How many buses there are, the default bus not counted."""
    return int(tx.scalar(_COUNT, scope.columns))


def insert(tx: Transaction, scope: Scope, name: str, now_ms: int, values: Mapping[str, Any]) -> None:
    """Make a bus without a policy; `values` are its tags and settings."""
    row = {"name": name, "policy": None, "created_ms": now_ms, "modified_ms": now_ms, **values}
    tx.execute(_INSERT, {**scope.columns, **row})


def change(tx: Transaction, scope: Scope, name: str, now_ms: int, settings: Mapping[str, str | None]) -> None:
    """Replace the settings of a bus, all of them by column."""
    values = {f"new_{column}": value for column, value in settings.items()}
    tx.execute(_SET, {**_key(scope, name), **values, "new_modified_ms": now_ms})


def set_policy(tx: Transaction, scope: Scope, name: str, now_ms: int, policy: str | None) -> None:
    """Set the policy of a bus (JSON text), or take it away."""
    values = {"new_policy": policy, "new_modified_ms": now_ms}
    tx.execute(_SET_POLICY, {**_key(scope, name), **values})


def set_tags(tx: Transaction, scope: Scope, name: str, tags: str) -> None:
    """Set the tags of a bus, as JSON."""
    tx.execute(_SET_TAGS, {**_key(scope, name), "new_tags": tags})


def remove(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove a bus; one that is not there is no error."""
    tx.execute(_REMOVE, _key(scope, name))


def _key(scope: Scope, name: str) -> dict[str, str]:
    return {**scope.columns, "of_name": name}
