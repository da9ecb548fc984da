"""Matching events with many patterns at once, or with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from windsock.languages.patterns.consistency import holds
from windsock.languages.patterns.events import decode
from windsock.languages.patterns.explain import Explanation, explain
from windsock.languages.patterns.fields import Fields
from windsock.languages.patterns.index import Index, IndexedClause
from windsock.languages.patterns.pattern import Pattern, parse

Event: TypeAlias = str | bytes | Mapping[str, Any]
"""JSON text, or what parsing it gave: dictionaries, lists, strings, numbers, booleans, None."""

Source: TypeAlias = str | bytes | Mapping[str, Any]
"""A pattern as JSON text, or as what parsing it gave."""


class _Rule(NamedTuple):
    pattern: Pattern
    clauses: tuple[IndexedClause, ...]


class Matcher:
    """A set of named patterns, and which of them an event matches.

    Adding and removing a pattern compiles that pattern only. What an event costs follows the fields that
    patterns name and the patterns it nearly matches, not how many there are. Not to be used by several
    threads at once.
    """

    def __init__(self) -> None:
        self._rules: dict[str, _Rule] = {}
        self._fields = Fields()
        self._index = Index()

    def __len__(self) -> int:
        return len(self._rules)

    def __contains__(self, name: object) -> bool:
        return name in self._rules

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def add(self, name: str, pattern: Source | Pattern) -> None:
        """Add a pattern, in place of the one of that name if there is one. Raises InvalidPattern, changing
        nothing."""
        compiled = pattern if isinstance(pattern, Pattern) else parse(pattern)
        if name in self._rules:
            self.remove(name)
        clauses = tuple([IndexedClause(name, fields) for fields in compiled.clauses])
        for clause in clauses:
            self._fields.claim(clause.fields)
            self._index.add(clause)
        self._rules[name] = _Rule(compiled, clauses)

    def remove(self, name: str) -> None:
        """Remove the pattern of that name. Raises KeyError if there is none."""
        rule = self._rules.pop(name)
        for clause in rule.clauses:
            self._index.remove(clause)
            self._fields.release(clause.fields)

    def matches(self, event: Event) -> list[str]:
        """Names of the patterns the event matches, sorted. Raises InvalidEvent for what is not a JSON
        object."""
        members = event if event.__class__ is dict else decode(event)
        values = self._fields.read(members)
        if values is None:
            names = self._index.matching_consistently(self._fields.occurrences(members))
        else:
            names = self._index.matching(values)
        return sorted(names)

    def explain(self, name: str, event: Event) -> Explanation:
        """Why the pattern of that name matches the event, or which of its conditions fail. Raises KeyError if
        there is no such pattern, InvalidEvent for what is not a JSON object."""
        return explain(self._rules[name].pattern, decode(event), name)


def matches(pattern: Source | Pattern, event: Event) -> bool:
    """Whether one pattern matches one event. Raises InvalidPattern and InvalidEvent."""
    compiled = pattern if isinstance(pattern, Pattern) else parse(pattern)
    members = decode(event)
    fields = Fields()
    for clause in compiled.clauses:
        fields.claim(clause)
    occurrences = fields.occurrences(members)
    return any(holds(clause, occurrences) for clause in compiled.clauses)
