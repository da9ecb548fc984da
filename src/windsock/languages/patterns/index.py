"""The index: from an event's values to the few clauses that may hold.

Each clause is filed under one of its fields, the one whose condition is expected to be rarest, and only looked at
when an event's value leads there; what else it asks is then tested. Where too many clauses gather under one value,
they are filed by another of their fields below it. So the work an event makes follows the clauses that nearly hold,
not those that exist, and filing or removing a clause touches nothing but its own place.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from windsock.languages.patterns.conditions import Access, Alternatives, Test
from windsock.languages.patterns.consistency import holds
from windsock.languages.patterns.fields import Field, Occurrences, Values
from windsock.languages.patterns.tables import Equal, Table
from windsock.languages.patterns.values import MISSING, Scalar

Check: TypeAlias = tuple[Field, Test]

_CROWD: Final = 12
"""Clauses in a bucket from which on filing them by another field costs less than testing each."""
_WORTH_FILING: Final = 0.4
"""Expected share of values above which a condition does not tell clauses apart."""
_FAMILIARITY: Final = 20
"""Clauses that have to name a field for their literals to tell as much as what is usual."""
_FILED_WIDE: Final = 8
"""Keys under which a clause may be filed within a crowded bucket; more would multiply."""


class IndexedClause:
    """A clause of a rule, with its place in the index."""

    __slots__ = ("buckets", "checks", "fields", "name")

    def __init__(self, name: str, fields: list[tuple[Field, Alternatives]]) -> None:
        self.name = name
        self.fields = fields
        self.checks: tuple[Check, ...] = tuple((field, alternatives.test) for field, alternatives in fields)
        self.buckets: list[Bucket] = []


class Bucket:
    """The clauses filed under one key, each with the checks that the key does not already prove."""

    __slots__ = ("branch", "clauses", "home", "used")

    def __init__(self, used: frozenset[Field], home: tuple[FieldTables, Access] | None) -> None:
        self.used = used
        """The fields by which the clauses here were found."""
        self.clauses: dict[IndexedClause, tuple[Check, ...]] = {}
        self.branch: Branch | None = None
        self.home = home

    def hold(self, clause: IndexedClause, checks: tuple[Check, ...]) -> None:
        """File a clause here, or below if this bucket is crowded and the clause can be told apart."""
        if self.branch is not None and self.branch.file(clause, checks, _WORTH_FILING, _FILED_WIDE):
            return
        self.clauses[clause] = checks
        clause.buckets.append(self)
        if len(self.clauses) > _CROWD and self.branch is None and self.home is not None:
            self._spread()

    def release(self, clause: IndexedClause) -> None:
        """Remove a clause; a bucket that is empty then removes itself."""
        self.clauses.pop(clause, None)
        self.close_if_empty()

    def close_if_empty(self) -> None:
        if self.clauses or self.home is None or (self.branch is not None and self.branch.tables):
            return
        tables, access = self.home
        tables.close(access)

    def _spread(self) -> None:
        self.branch = Branch(self.used, self)
        for clause, checks in list(self.clauses.items()):
            if self.branch.file(clause, checks, _WORTH_FILING, _FILED_WIDE):
                del self.clauses[clause]
                clause.buckets.remove(self)


class FieldTables:
    """The lookup tables of one field within a branch."""

    __slots__ = ("branch", "equal", "field", "others", "tables")

    def __init__(self, field: Field, branch: Branch) -> None:
        self.field = field
        self.branch = branch
        self.tables: dict[type[Table], Table] = {}
        self.equal: dict[Any, Bucket] = {}
        """The buckets of the `Equal` table: the one that nearly every look-up needs."""
        self.others: list[Table] = []

    def open(self, access: Access) -> Bucket:
        """The bucket under a key, new if need be."""
        table = self.tables.get(access.table)
        if table is None:
            table = self.tables[access.table] = access.table()
            self._list_tables()
        bucket = table.buckets.get(access.key)
        if bucket is None:
            bucket = Bucket(self.branch.used | {self.field}, (self, access))
            table.put(access.key, bucket)
        return bucket

    def find(self, value: Scalar, found: list[Bucket]) -> None:
        """Append the buckets that the value leads to."""
        for table in self.tables.values():
            found += table.find(value)

    def close(self, access: Access) -> None:
        """Forget the bucket under a key."""
        table = self.tables[access.table]
        if access.key not in table.buckets:
            return
        table.drop(access.key)
        if not table.buckets:
            del self.tables[access.table]
            self._list_tables()
        if not self.tables:
            self.branch.close(self.field)

    def _list_tables(self) -> None:
        equal = self.tables.get(Equal)
        self.equal = equal.buckets if equal is not None else {}
        self.others = [table for table in self.tables.values() if table is not equal]


class Branch:
    """Clauses filed by one of their fields."""

    __slots__ = ("bucket", "tables", "used")

    def __init__(self, used: frozenset[Field], bucket: Bucket | None) -> None:
        self.used = used
        self.bucket = bucket
        self.tables: dict[Field, FieldTables] = {}

    def file(self, clause: IndexedClause, checks: tuple[Check, ...], costliest: float, widest: int) -> bool:
        """File a clause under its rarest condition; False if none is rare enough."""
        field, alternatives = self._entrance(clause, costliest, widest)
        if field is None or alternatives is None or alternatives.access is None:
            return False
        if alternatives.proves:
            checks = tuple(check for check in checks if check[0] is not field)
        tables = self.tables.get(field)
        if tables is None:
            tables = self.tables[field] = FieldTables(field, self)
        for access in alternatives.access:
            tables.open(access).hold(clause, checks)
        return True

    def close(self, field: Field) -> None:
        """Forget a field by which no clause is filed any more."""
        del self.tables[field]
        if self.bucket is not None:
            self.bucket.close_if_empty()

    def _entrance(
        self, clause: IndexedClause, costliest: float, widest: int
    ) -> tuple[Field | None, Alternatives | None]:
        best: tuple[Field | None, Alternatives | None] = (None, None)
        for field, alternatives in clause.fields:
            access = alternatives.access
            if access is None or len(access) > widest or field in self.used:
                continue
            cost = _expected_share(field, access)
            if cost < costliest:
                best, costliest = (field, alternatives), cost
        return best

    def find(self, values: Values) -> list[Bucket]:
        """The buckets that an event's values lead to, those below crowded ones included."""
        found: list[Bucket] = []
        self._collect(values, found)
        at = 0
        while at < len(found):
            branch = found[at].branch
            if branch is not None:
                branch._collect(values, found)
            at += 1
        return found

    def _collect(self, values: Values, found: list[Bucket]) -> None:
        tables_of = self.tables
        for field, value in values.items():
            tables = tables_of.get(field)
            if tables is None:
                continue
            if value.__class__ is list:
                for each in value:
                    tables.find(each, found)
                continue
            bucket = tables.equal.get(value)
            if bucket is not None:
                found.append(bucket)
            for table in tables.others:
                found += table.find(value)


def _expected_share(field: Field, access: tuple[Access, ...]) -> float:
    """Share of events whose value leads to a clause.

    For literals it is judged by the clauses that ask for them, as though events were like rules, and starts from what
    is usual: names at the top of an event (source, region) have few values, those inside (identifiers) have many.
    Fields inside are missing from most events, too.
    """
    inside = field.depth > 1
    usual, presence = (0.02, 0.2) if inside else (0.2, 1.0)
    share = 0.0
    for each in access:
        if each.table is Equal:
            others = field.literals.get(each.key, 1) - 1  # type: ignore[call-overload]
            share += (others + _FAMILIARITY * usual) / (field.named + _FAMILIARITY)
        else:
            share += each.rarity
    return share * presence


class Index:
    """All clauses."""

    def __init__(self) -> None:
        self._branch = Branch(frozenset(), None)
        self._unfiled = Bucket(frozenset(), None)

    def add(self, clause: IndexedClause) -> None:
        for field, alternatives in clause.fields:
            for value in alternatives.literals:
                field.literals[value] = field.literals.get(value, 0) + 1
            field.named += len(alternatives.literals)
        checks = clause.checks
        if not self._branch.file(clause, checks, 2.0e9, 1_000_000):
            self._unfiled.hold(clause, clause.checks)

    def remove(self, clause: IndexedClause) -> None:
        for bucket in clause.buckets:
            bucket.release(clause)
        for field, alternatives in clause.fields:
            for value in alternatives.literals:
                field.literals[value] -= 1
                if not field.literals[value]:
                    del field.literals[value]
            field.named -= len(alternatives.literals)

    def matching(self, values: Values) -> set[str]:
        """Names of the rules of which a clause holds, each field being in one place."""
        names: set[str] = set()
        for bucket in (self._unfiled, *self._branch.find(values)):
            for clause, checks in bucket.clauses.items():
                for field, test in checks:
                    value = values.get(field, MISSING)
                    if value.__class__ is list:
                        if not any(map(test, value)):
                            break
                    elif not test(value):
                        break
                else:
                    names.add(clause.name)
        return names

    def matching_consistently(self, occurrences: Occurrences) -> set[str]:
        """The same for events in which a field may be in several elements of arrays."""
        values: Values = {field: [value for value, _ in found] for field, found in occurrences.items()}
        names: set[str] = set()
        for bucket in (self._unfiled, *self._branch.find(values)):
            for clause in bucket.clauses:
                if clause.name not in names and holds(clause.checks, occurrences):
                    names.add(clause.name)
        return names
