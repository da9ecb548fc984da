"""The rows of alarms."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.tables import alarms
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

METRIC: str = "MetricAlarm"
COMPOSITE: str = "CompositeAlarm"

_OF = (
    *in_scope(alarms),
    alarms.c.name == sa.bindparam("name"),
)
_FIND = Statement(sa.select(alarms).where(*_OF))
_ALL = Statement(sa.select(alarms).where(*in_scope(alarms)).order_by(alarms.c.name))
_EVERYWHERE = Statement(sa.select(alarms).where(alarms.c.kind == sa.bindparam("kind")))
_PUT = Statement(
    upsert(
        alarms,
        *(column.name for column in alarms.c if column.name not in ("account", "region", "name")),
    )
)
_DELETE = Statement(sa.delete(alarms).where(*_OF))


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of an alarm."""
    return tx.row(_FIND, {**scope.columns, "name": name})


def of_scope(tx: Snapshot, scope: Scope) -> list[Row]:
    """All alarms of an account and region, by name."""
    return tx.rows(_ALL, scope.columns)


def of_kind(tx: Snapshot, kind: str) -> list[Row]:
    """All alarms of a kind, wherever they are."""
    return tx.rows(_EVERYWHERE, {"kind": kind})


def put(tx: Transaction, scope: Scope, values: dict[str, Any]) -> None:
    """Write a whole row."""
    tx.execute(_PUT, {**scope.columns, **values})


def change(tx: Transaction, row: Row, **values: Any) -> None:
    """Write a row with some values changed."""
    put(tx, scope_of(row), {**row._asdict(), **values})


def delete(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove an alarm."""
    tx.execute(_DELETE, {**scope.columns, "name": name})


def scope_of(row: Row) -> Scope:
    """Where an alarm lives."""
    return Scope(row.account, row.region)


def alarm_arn(scope: Scope, name: str) -> str:
    """The ARN of an alarm."""
    return scope.arn("cloudwatch", f"alarm:{name}")


def body_of(row: Row) -> dict[str, Any]:
    """What an alarm was put as."""
    body: dict[str, Any] = orjson.loads(row.body)
    return body
