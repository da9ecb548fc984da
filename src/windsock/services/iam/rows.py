"""The rows of IAM's tables: read, written and deleted by the values of their columns.

Every change goes through here, so that what `StoredIdentities` remembers of an account is dropped with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from windsock.engine.operations import Command
from windsock.kernel.scope import Scope
from windsock.services.iam.remembered import Remembered
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot


class Reading(Protocol):
    """Where to read: a snapshot, and a scope whose account is meant. The context of an operation is one."""

    @property
    def tx(self) -> Snapshot: ...

    @property
    def scope(self) -> Scope: ...


class View(NamedTuple):
    """A `Reading` outside an operation."""

    tx: Snapshot
    scope: Scope


class Rows:
    """The rows of one table. `where` names columns and what they must hold; statements are compiled once."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        self._order = [column for column in table.primary_key if column.name not in ("account", "region")]
        self._statements: dict[tuple[str, ...], Statement] = {}

    def find(self, at: Reading, **where: Any) -> Row | None:
        """The first row, or None."""
        return at.tx.row(self._select(where), _values(at, where))

    def all(self, at: Reading, **where: Any) -> list[Row]:
        """All rows, in the order of the primary key."""
        return at.tx.rows(self._select(where), _values(at, where))

    def count(self, at: Reading, **where: Any) -> int:
        """How many rows there are."""
        statement = self._statement("count", where, lambda of: sa.select(sa.func.count()).where(*of))
        counted: int = at.tx.scalar(statement, _values(at, where))
        return counted

    def insert(self, ctx: Command, **values: Any) -> None:
        """Add a row with these values, and NULL in the other columns."""
        every = {column.name: None for column in self._table.columns}
        statement = self._statement("insert", {}, lambda _: sa.insert(self._table))
        self._change(ctx, statement, {**every, **ctx.scope.of_account.columns, **values})

    def update(self, ctx: Command, where: Mapping[str, Any], **values: Any) -> int:
        """Set columns of the rows that `where` names; how many there are."""
        named: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in values}
        statement = self._statement(
            "update", where, lambda of: sa.update(self._table).where(*of).values(**named), *values
        )
        new = {f"new_{name}": value for name, value in values.items()}
        return self._change(ctx, statement, {**_values(ctx, where), **new})

    def delete(self, ctx: Command, **where: Any) -> int:
        """Delete the rows; how many there were."""
        statement = self._statement("delete", where, lambda of: sa.delete(self._table).where(*of))
        return self._change(ctx, statement, _values(ctx, where))

    def _select(self, where: Mapping[str, Any]) -> Statement:
        return self._statement(
            "select", where, lambda of: sa.select(self._table).where(*of).order_by(*self._order)
        )

    def _statement(self, what: str, where: Mapping[str, Any], make: Any, *further: str) -> Statement:
        name = (what, *where, "", *further)
        statement = self._statements.get(name)
        if statement is None:
            columns = ("account", "region", *where)
            conditions = [self._table.c[column] == sa.bindparam(f"of_{column}") for column in columns]
            statement = self._statements[name] = Statement(make(conditions))
        return statement

    def _change(self, ctx: Command, statement: Statement, values: Mapping[str, Any]) -> int:
        ctx.engine.part(Remembered).forget(ctx.tx, ctx.scope.account)
        return ctx.tx.execute(statement, values)


def _values(at: Reading, where: Mapping[str, Any]) -> dict[str, Any]:
    scope = at.scope.of_account
    values = {f"of_{name}": value for name, value in where.items()}
    return {"of_account": scope.account, "of_region": scope.region, **values}
