"""What an operation sees of the store: a snapshot to read, or a transaction to change things in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from sqlalchemy.sql.expression import ClauseElement

from windsock.store.statements import Compiled, Row, Statement, compile_statement

NO_VALUES: Mapping[str, Any] = {}


class Cursor(Protocol):
    """The part of a DB-API cursor used here."""

    rowcount: int

    def fetchall(self) -> list[Any]: ...
    def fetchone(self) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """The part of a DB-API connection used here."""

    def execute(self, sql: str, parameters: Mapping[str, Any], /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Mapping[str, Any]], /) -> Cursor: ...


def _prepared(statement: Statement | ClauseElement) -> Compiled:
    return statement.compiled() if isinstance(statement, Statement) else compile_statement(statement)


def _all_values(prepared: Compiled, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**prepared.values, **values} if prepared.values else values


class Snapshot:
    """A consistent view of what was committed.

    Every method takes a `Statement` (compiled once, values by name) or an ad-hoc Core statement.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> list[Row]:
        """All rows, as named tuples."""
        prepared = _prepared(statement)
        cursor = self._connection.execute(prepared.sql, _all_values(prepared, values))
        return [prepared.make_row(row) for row in cursor.fetchall()]

    def row(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> Row | None:
        """The first row, or None."""
        prepared = _prepared(statement)
        found = self._connection.execute(prepared.sql, _all_values(prepared, values)).fetchone()
        return None if found is None else prepared.make_row(found)

    def scalar(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> Any:
        """The first column of the first row, or None."""
        prepared = _prepared(statement)
        found = self._connection.execute(prepared.sql, _all_values(prepared, values)).fetchone()
        return None if found is None else found[0]


class Transaction(Snapshot):
    """Reads and changes that become durable together, or not at all."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.on_commit: list[Callable[[], None]] = []
        self.on_undo: list[Callable[[], None]] = []

    def execute(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> int:
        """Change rows; the number of rows changed."""
        prepared = _prepared(statement)
        return self._connection.execute(prepared.sql, _all_values(prepared, values)).rowcount

    def execute_many(self, statement: Statement | ClauseElement, values: Iterable[Mapping[str, Any]]) -> None:
        """Run one change for each set of values (each set complete)."""
        prepared = _prepared(statement)
        if prepared.values:
            values = ({**prepared.values, **each} for each in values)
        self._connection.executemany(prepared.sql, values)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Have `action` run once this is on disk, before anybody is answered. It must not fail."""
        self.on_commit.append(action)

    def after_undo(self, action: Callable[[], None]) -> None:
        """Have `action` run if this is undone by itself. It must not fail. See also `Store.on_abort`."""
        self.on_undo.append(action)
