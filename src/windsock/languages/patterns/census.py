"""What the clauses of an index ask for, from which it is judged how often a condition will be met."""

from __future__ import annotations

from typing import Final

from windsock.languages.patterns.conditions import Clause, FieldPattern
from windsock.languages.patterns.values import Scalar

_FAMILIARITY: Final = 20
"""Clauses that have to name a field for their literals to tell as much as what is usual."""
_PRESENCE_INSIDE: Final = 0.2
"""Share of events that have a field which is not at the top."""


class _Literals:
    """The literals that clauses ask for in one field."""

    __slots__ = ("clauses_by_value", "total")

    def __init__(self) -> None:
        self.clauses_by_value: dict[Scalar, int] = {}
        self.total = 0


class Census:
    """How many clauses ask for each literal, by path."""

    def __init__(self) -> None:
        self._literals: dict[str, _Literals] = {}

    def count(self, clause: Clause, change: int) -> None:
        """Count a clause in (1) or out (-1)."""
        for field in clause:
            if field.literals:
                self._count_literals(field, change)

    def _count_literals(self, field: FieldPattern, change: int) -> None:
        literals = self._literals.get(field.path)
        if literals is None:
            literals = self._literals[field.path] = _Literals()
        by_value = literals.clauses_by_value
        for value in field.literals:
            clauses = by_value.get(value, 0) + change
            if clauses:
                by_value[value] = clauses
            else:
                del by_value[value]
        literals.total += change * len(field.literals)
        if not literals.total:
            del self._literals[field.path]

    def expected_share(self, field: FieldPattern) -> float:
        """Share of events that a field leads to a clause.

        For literals it is judged by the clauses that ask for them, as though events were like rules, and
        starts from what is usual: text with digits in it (identifiers, generated names) is rare, words are
        not. Fields inside an event are missing from most other events.
        """
        share = field.rarity
        literals = self._literals.get(field.path) if field.literals else None
        if literals is not None:
            share *= _FAMILIARITY
            for value in field.literals:
                share += literals.clauses_by_value.get(value, 1) - 1
            share /= literals.total + _FAMILIARITY
        return share * _PRESENCE_INSIDE if "." in field.path else share
