"""The rows of one table that live in an account: read, written and deleted by the values of their columns.

A service subclasses `ScopedRows` where something must know of every change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction


class Reading(Protocol):
    """Where to read: a snapshot, and a scope whose account is meant. The context of an operation is one."""

    @property
    def tx(self) -> Snapshot: ...

    @property
    def scope(self) -> Scope: ...


class Writing(Protocol):
    """Where to write."""

    @property
    def tx(self) -> Transaction: ...

    @property
    def scope(self) -> Scope: ...


class View(NamedTuple):
    """A `Reading` outside an operation."""

    tx: Snapshot
    scope: Scope


W = TypeVar("W", bound=Writing, contravariant=True)


class ScopedRows(Generic[W]):
    """The rows of one table. `where` names columns and what they must hold; statements are compiled once."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        self._order = [column for column in table.primary_key if column.name not in ("account", "region")]
        self._statements: dict[tuple[str, ...], Statement] = {}

    def changed(self, at: W) -> None:
        """What must be done with every change; nothing here."""

    def find(self, at: Reading, **where: Any) -> Row | None:
        """The first row, or None."""
        return at.tx.row(self._select(where), _values(at, where))

    def existing(self, at: Reading, **where: Any) -> Row:
        """The first row. Raises LookupError where there is none: for what something else refers to."""
        row = self.find(at, **where)
        if row is None:
            raise LookupError(f"{self._table.name} has no row with {where}")
        return row

    def all(self, at: Reading, **where: Any) -> list[Row]:
        """All rows, in the order of the primary key."""
        return at.tx.rows(self._select(where), _values(at, where))

    def count(self, at: Reading, **where: Any) -> int:
        """How many rows there are."""
        statement = self._statement("count", where, lambda of: sa.select(sa.func.count()).where(*of))
        counted: int = at.tx.scalar(statement, _values(at, where))
        return counted

    def insert(self, at: W, **values: Any) -> None:
        """Add a row with these values, and NULL in the other columns."""
        every = {column.name: None for column in self._table.columns}
        statement = self._statement("insert", {}, lambda _: sa.insert(self._table))
        self._change(at, statement, {**every, **at.scope.of_account.columns, **values})

    def update(self, at: W, where: Mapping[str, Any], **values: Any) -> int:
        """Set columns of the rows that `where` names; how many there are."""
        named: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in values}
        statement = self._statement(
            "update", where, lambda of: sa.update(self._table).where(*of).values(**named), *values
        )
        new = {f"new_{name}": value for name, value in values.items()}
        return self._change(at, statement, {**_values(at, where), **new})

    def delete(self, at: W, **where: Any) -> int:
        """Delete the rows; how many there were."""
        statement = self._statement("delete", where, lambda of: sa.delete(self._table).where(*of))
        return self._change(at, statement, _values(at, where))

    def _select(self, where: Mapping[str, Any]) -> Statement:
        return self._statement(
            "select", where, lambda of: sa.select(self._table).where(*of).order_by(*self._order)
        )

    def _statement(
        self,
        what: str,
        where: Mapping[str, Any],
        make: Callable[[Sequence[sa.ColumnElement[bool]]], Any],
        *further: str,
    ) -> Statement:
        name = (what, *where, "", *further)
        statement = self._statements.get(name)
        if statement is None:
            columns = ("account", "region", *where)
            conditions = [self._table.c[column] == sa.bindparam(f"of_{column}") for column in columns]
            statement = self._statements[name] = Statement(make(conditions))
        return statement

    def _change(self, at: W, statement: Statement, values: Mapping[str, Any]) -> int:
        self.changed(at)
        return at.tx.execute(statement, values)


def _values(at: Reading | Writing, where: Mapping[str, Any]) -> dict[str, Any]:
    scope = at.scope.of_account
    values = {f"of_{name}": value for name, value in where.items()}
    return {"of_account": scope.account, "of_region": scope.region, **values}
