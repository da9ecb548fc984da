"""What an operation sees of the store: a snapshot to read, or a transaction to change things in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

    def execute(self, sql: str, parameters: Sequence[Any], /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor: ...


def _prepared(statement: Statement | ClauseElement) -> Compiled:
    return statement.compiled() if isinstance(statement, Statement) else compile_statement(statement)


class Snapshot:
    """A consistent view of what was committed.

    Every method takes a `Statement` (compiled once, values by name) or an ad-hoc Core statement.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> list[Row]:
        """All rows, as named tuples."""
        prepared = _prepared(statement)
        cursor = self._connection.execute(prepared.sql, prepared.arguments(values))
        return [prepared.make_row(row) for row in cursor.fetchall()]

    def row(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> Row | None:
        """The first row, or None."""
        prepared = _prepared(statement)
        found = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchone()
        return None if found is None else prepared.make_row(found)

    def scalar(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> Any:
        """The first column of the first row, or None."""
        prepared = _prepared(statement)
        found = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchone()
        return None if found is None else found[0]


class Transaction(Snapshot):
    """Reads and changes that become durable together, or not at all."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.on_commit: list[Callable[[], object]] = []
        self.on_undo: list[Callable[[], None]] = []

    def execute(self, statement: Statement | ClauseElement, values: Mapping[str, Any] = NO_VALUES) -> int:
        """Change rows; the number of rows changed."""
        prepared = _prepared(statement)
        return self._connection.execute(prepared.sql, prepared.arguments(values)).rowcount

    def execute_many(self, statement: Statement | ClauseElement, values: Iterable[Mapping[str, Any]]) -> None:
        """Run one change for each set of values (each set complete)."""
        prepared = _prepared(statement)
        self._connection.executemany(prepared.sql, map(prepared.arguments, values))

    def after_commit(self, action: Callable[[], object]) -> None:
        """Have `action` run once this is on disk, before anybody is answered. It must not fail."""
        self.on_commit.append(action)

    def after_undo(self, action: Callable[[], None]) -> None:
        """Have `action` run if this is undone by itself. It must not fail. See also `Store.on_abort`."""
        self.on_undo.append(action)
