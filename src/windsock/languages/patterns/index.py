"""The index: from an event's values to the few clauses that may hold.

Each clause is filed under one of its fields and only looked at when an event's value leads there; what else
it asks is then tested. First that is the source, if the clause names one: every event has one, and an event
then meets nothing that is about other sources. Where too many clauses gather under one value, they are filed
below it by another field, the one whose condition is expected to be rarest. So the work an event makes
follows the clauses that nearly hold, not those that exist, and filing or removing a clause touches nothing
but its own place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from windsock.languages.patterns.census import Census
from windsock.languages.patterns.conditions import Access, Clause, FieldPattern
from windsock.languages.patterns.consistency import holds
from windsock.languages.patterns.fields import Occurrences, Values
from windsock.languages.patterns.tables import Equal, Table
from windsock.languages.patterns.values import MISSING, Scalar

_CROWD: Final = 6
"""Clauses in a bucket from which on filing them by another field costs less than testing each."""
_WORTH_FILING: Final = 0.4
"""Expected share of values above which a condition does not tell clauses apart."""
_FILED_WIDE: Final = 24
"""Keys under which a clause may be filed within a crowded bucket; more would multiply."""
_SOURCE: Final = "source"


class IndexedClause:
    """A clause of a rule, with its place in the index."""

    __slots__ = ("buckets", "fields", "name")

    def __init__(self, name: str, fields: Clause) -> None:
        self.name = name
        self.fields = fields
        """All that the clause asks, sorted by path."""
        self.buckets: list[Bucket] = []


class Bucket:
    """The clauses filed under one key, each with what the key does not already prove, rarest first."""

    __slots__ = ("access", "branch", "clauses", "home")

    def __init__(self, home: FieldTables | None, access: Access | None) -> None:
        self.home = home
        self.access = access
        self.clauses: dict[IndexedClause, Clause] = {}
        self.branch: Branch | None = None

    def hold(self, clause: IndexedClause, unproven: Clause) -> None:
        """File a clause here, or below if this bucket is crowded and the clause can be told apart."""
        if self.branch is not None and self.branch.file_by_rarest(clause, unproven):
            return
        self.clauses[clause] = unproven
        clause.buckets.append(self)
        if len(self.clauses) > _CROWD and self.branch is None and self.home is not None:
            self._spread(self.home)

    def release(self, clause: IndexedClause) -> None:
        """Remove a clause; a bucket that is empty then removes itself."""
        del self.clauses[clause]
        self.close_if_empty()

    def close_if_empty(self) -> None:
        """Remove this bucket from its table if nothing is filed here or below."""
        if self.home is None or self.access is None or self.clauses:
            return
        if self.branch is None or not self.branch.tables:
            self.home.close(self.access)

    def _spread(self, home: FieldTables) -> None:
        self.branch = Branch(home.branch.census, home.branch.used | {home.path}, self)
        for clause, unproven in list(self.clauses.items()):
            if self.branch.file_by_rarest(clause, unproven):
                del self.clauses[clause]
                clause.buckets.remove(self)


class FieldTables:
    """The lookup tables of one field within a branch."""

    __slots__ = ("branch", "equal", "find_others", "path", "tables")

    def __init__(self, path: str, branch: Branch) -> None:
        self.path = path
        self.branch = branch
        self.tables: dict[type[Table], Table] = {}
        self.equal: dict[Any, Bucket] = {}
        """The buckets of the `Equal` table: the one that nearly every look-up needs."""
        self.find_others: list[Callable[[Scalar], Iterable[Bucket]]] = []

    def open(self, access: Access) -> Bucket:
        """The bucket under a key, new if need be."""
        table = self.tables.get(access.table)
        if table is None:
            table = self.tables[access.table] = access.table()
            self._list_tables()
        bucket = table.buckets.get(access.key)
        if bucket is None:
            bucket = Bucket(self, access)
            table.put(access.key, bucket)
        return bucket

    def find_any(self, values: list[Scalar], found: list[Bucket]) -> None:
        """Append the buckets that any of the values leads to."""
        for table in self.tables.values():
            for value in values:
                found += table.find(value)

    def close(self, access: Access) -> None:
        """Forget the bucket under a key."""
        table = self.tables[access.table]
        table.drop(access.key)
        if not table.buckets:
            del self.tables[access.table]
            self._list_tables()
        if not self.tables:
            self.branch.close(self.path)

    def _list_tables(self) -> None:
        equal = self.tables.get(Equal)
        self.equal = equal.buckets if equal is not None else {}
        self.find_others = [table.find for table in self.tables.values() if table is not equal]


class Branch:
    """Clauses filed by one of their fields."""

    __slots__ = ("bucket", "census", "tables", "used")

    def __init__(self, census: Census, used: frozenset[str], bucket: Bucket | None) -> None:
        self.census = census
        self.used = used
        """Paths of the fields by which clauses were filed on the way here."""
        self.bucket = bucket
        self.tables: dict[str, FieldTables] = {}

    def file_by_rarest(self, clause: IndexedClause, unproven: Clause) -> bool:
        """File a clause under its rarest condition, the first; False if that does not tell it apart."""
        for field in unproven:
            if field.path not in self.used and 0 < len(field.access or ()) <= _FILED_WIDE:
                distinct = self.census.expected_share(field) < _WORTH_FILING
                return distinct and self.file(clause, unproven, field)
        return False

    def file(self, clause: IndexedClause, unproven: Clause, field: FieldPattern) -> bool:
        """File a clause under one of its fields; False if no value leads to it."""
        if field.access is None:
            return False
        if field.proves:
            unproven = tuple([other for other in unproven if other is not field])
        tables = self.tables.get(field.path)
        if tables is None:
            tables = self.tables[field.path] = FieldTables(field.path, self)
        for access in field.access:
            tables.open(access).hold(clause, unproven)
        return True

    def close(self, path: str) -> None:
        """Forget a field by which no clause is filed any more."""
        del self.tables[path]
        if self.bucket is not None:
            self.bucket.close_if_empty()


class Index:
    """All clauses."""

    def __init__(self) -> None:
        self._census = Census()
        self._root = Bucket(None, None)
        """Holds the clauses that no value leads to; all others are below."""
        self._branch = self._root.branch = Branch(self._census, frozenset(), self._root)

    def add(self, clause: IndexedClause) -> None:
        """File a clause."""
        self._census.count(clause.fields, 1)
        rarest_first = tuple(sorted(clause.fields, key=self._census.expected_share))
        for field in clause.fields:
            if field.path == _SOURCE and field.proves and self._branch.file(clause, rarest_first, field):
                return
        for field in rarest_first:
            if self._branch.file(clause, rarest_first, field):
                return
        self._root.hold(clause, rarest_first)

    def remove(self, clause: IndexedClause) -> None:
        """Remove a clause from where it is filed."""
        for bucket in clause.buckets:
            bucket.release(clause)
        self._census.count(clause.fields, -1)

    def matching(self, values: Values) -> set[str]:
        """Names of the rules of which a clause holds, each field being in one place."""
        names: set[str] = set()
        for bucket in self.reached(values):
            for clause, unproven in bucket.clauses.items():
                for field in unproven:
                    value = values.get(field.path, MISSING)
                    if value.__class__ is list:
                        if not any(map(field.test, value)):
                            break
                    elif not field.test(value):
                        break
                else:
                    names.add(clause.name)
        return names

    def matching_consistently(self, occurrences: Occurrences) -> set[str]:
        """The same for events in which a field may be in several elements of arrays."""
        values: Values = {path: [value for value, _ in found] for path, found in occurrences.items()}
        names: set[str] = set()
        for bucket in self.reached(values):
            for clause in bucket.clauses:
                if clause.name not in names and holds(clause.fields, occurrences):
                    names.add(clause.name)
        return names

    def reached(self, values: Values) -> list[Bucket]:
        """The buckets that an event's values lead to, those that are below others included."""
        reached = [self._root]
        for bucket in reached:
            if bucket.branch is None:
                continue
            tables = bucket.branch.tables
            for path in tables if len(tables) <= len(values) else tables.keys() & values.keys():
                if path not in values:
                    continue
                value, of_field = values[path], tables[path]
                if value.__class__ is list:
                    of_field.find_any(value, reached)
                    continue
                if value in of_field.equal:
                    reached.append(of_field.equal[value])
                for find in of_field.find_others:
                    reached += find(value)
        return reached
