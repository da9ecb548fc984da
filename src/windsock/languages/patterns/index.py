"""The index: from an event's values to the few clauses that may hold.

Each clause is filed under one of its fields and only looked at when an event's value leads there; what else
it asks is then tested. First that is the source, if the clause names one: every event has one, and an event
then meets nothing that is about other sources. Where too many clauses gather under one value, they are filed
below it by another field, the one whose condition is expected to be rarest. So the work an event makes
follows the clauses that nearly hold, not those that exist, and filing or removing a clause touches nothing
but its own place.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.languages.patterns.conditions import Access, Alternatives
from windsock.languages.patterns.consistency import Check, holds
from windsock.languages.patterns.fields import Field, Occurrences, Values
from windsock.languages.patterns.tables import Equal, Table
from windsock.languages.patterns.values import MISSING, Scalar

_CROWD: Final = 6
"""Clauses in a bucket from which on filing them by another field costs less than testing each."""
_WORTH_FILING: Final = 0.4
"""Expected share of values above which a condition does not tell clauses apart."""
_FAMILIARITY: Final = 20
"""Clauses that have to name a field for their literals to tell as much as what is usual."""
_PRESENCE_INSIDE: Final = 0.2
"""Share of events that have a field which is not at the top."""
_FILED_WIDE: Final = 24
"""Keys under which a clause may be filed within a crowded bucket; more would multiply."""
_SOURCE: Final = "source"


class IndexedClause:
    """A clause of a rule, with its place in the index."""

    __slots__ = ("buckets", "checks", "name")

    def __init__(self, name: str, checks: tuple[Check, ...]) -> None:
        self.name = name
        self.checks = checks
        """All that the clause asks, sorted by path."""
        self.buckets: list[Bucket] = []


class Bucket:
    """The clauses filed under one key, each with the checks that the key does not already prove, rarest
    first."""

    __slots__ = ("access", "branch", "clauses", "home")

    def __init__(self, home: FieldTables | None, access: Access | None) -> None:
        self.home = home
        self.access = access
        self.clauses: dict[IndexedClause, tuple[Check, ...]] = {}
        self.branch: Branch | None = None

    def hold(self, clause: IndexedClause, checks: tuple[Check, ...]) -> None:
        """File a clause here, or below if this bucket is crowded and the clause can be told apart."""
        if self.branch is not None and self.branch.file_by_rarest(clause, checks):
            return
        self.clauses[clause] = checks
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
        self.branch = Branch(home.branch.used | {home.field}, self)
        for clause, checks in list(self.clauses.items()):
            if self.branch.file_by_rarest(clause, checks):
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

    def file_by_rarest(self, clause: IndexedClause, checks: tuple[Check, ...]) -> bool:
        """File a clause under its rarest condition, the first check; False if that does not tell it apart."""
        for field, alternatives in checks:
            if field not in self.used and 0 < len(alternatives.access or ()) <= _FILED_WIDE:
                distinct = _expected_share(field, alternatives) < _WORTH_FILING
                return distinct and self.file(clause, checks, field, alternatives)
        return False

    def file(
        self, clause: IndexedClause, checks: tuple[Check, ...], field: Field, alternatives: Alternatives
    ) -> bool:
        """File a clause under one of its fields; False if no value leads to it."""
        if alternatives.access is None:
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

    def find(self, values: Values) -> list[Bucket]:
        """The buckets that an event's values lead to, those below crowded ones included."""
        found: list[Bucket] = []
        self._collect(values, found)
        for bucket in found:
            if bucket.branch is not None:
                bucket.branch._collect(values, found)
        return found

    def _collect(self, values: Values, found: list[Bucket]) -> None:
        tables = self.tables
        if len(tables) > len(values):
            tables = {field: tables[field] for field in values if field in tables}
        for field, of_field in tables.items():
            value = values.get(field, MISSING)
            if value is MISSING:
                continue
            if value.__class__ is list:
                of_field.find_any(value, found)
                continue
            bucket = of_field.equal.get(value)
            if bucket is not None:
                found.append(bucket)
            for table in of_field.others:
                found += table.find(value)


def _expected_share(field: Field, alternatives: Alternatives) -> float:
    """Share of events that a field leads to a clause.

    For literals it is judged by the clauses that ask for them, as though events were like rules, and starts
    from what is usual: text with digits in it (identifiers, generated names) is rare, words are not. Fields
    inside an event are missing from most other events.
    """
    if alternatives.access is None:
        return 1.0
    share = 0.0
    for access in alternatives.access:
        if access.table is Equal:
            others = field.literals.get(access.key, 1) - 1
            share += (others + _FAMILIARITY * access.rarity) / (field.named + _FAMILIARITY)
        else:
            share += access.rarity
    return share * (_PRESENCE_INSIDE if field.depth > 1 else 1.0)


def _is_source(check: Check) -> bool:
    field, alternatives = check
    return field.name == _SOURCE and field.depth == 1 and alternatives.proves


def _count_literals(clause: IndexedClause, change: int) -> None:
    for field, alternatives in clause.checks:
        for value in alternatives.literals:
            field.named += change
            field.literals[value] = field.literals.get(value, 0) + change
            if not field.literals[value]:
                del field.literals[value]


class Index:
    """All clauses."""

    def __init__(self) -> None:
        self._branch = Branch(frozenset(), None)
        self._unfiled = Bucket(None, None)

    def add(self, clause: IndexedClause) -> None:
        """File a clause."""
        _count_literals(clause, 1)
        rarest_first = tuple(sorted(clause.checks, key=lambda check: _expected_share(*check)))
        for field, alternatives in (*filter(_is_source, clause.checks), *rarest_first):
            if self._branch.file(clause, rarest_first, field, alternatives):
                return
        self._unfiled.hold(clause, rarest_first)

    def remove(self, clause: IndexedClause) -> None:
        """Remove a clause from where it is filed."""
        for bucket in clause.buckets:
            bucket.release(clause)
        _count_literals(clause, -1)

    def matching(self, values: Values) -> set[str]:
        """Names of the rules of which a clause holds, each field being in one place."""
        names: set[str] = set()
        buckets = self._branch.find(values)
        buckets.append(self._unfiled)
        for bucket in buckets:
            for clause, checks in bucket.clauses.items():
                for field, alternatives in checks:
                    value = values.get(field, MISSING)
                    if value.__class__ is list:
                        if not any(map(alternatives.test, value)):
                            break
                    elif not alternatives.test(value):
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
