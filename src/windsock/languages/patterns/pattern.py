"""Event patterns, parsed and validated.

A pattern asks something of several fields, all of which must hold; `$or` holds when one of its branches does.
It is multiplied out into *clauses*, conjunctions of fields, as AWS does: one that names a field inside and
outside of an `$or` (or twice) keeps what was written last.

Source: "Event pattern syntax" and "Comparison operators for use in event patterns" in the Amazon EventBridge
User Guide, and the recorded answers of AWS in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Final, NamedTuple, TypeAlias

import windsock.languages.patterns.operators  # noqa: F401 -- importing registers the operators
from windsock.languages.patterns import complexity
from windsock.languages.patterns.conditions import Clause, FieldPattern
from windsock.languages.patterns.document import Members, from_text, located, members_of
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.limits import NESTING, OR_COMBINATIONS, WILDCARD_COMPLEXITY
from windsock.languages.patterns.registry import REGISTRY

OR: Final = "$or"
_TEXT: Final = frozenset((str,))
_PATH: Final = attrgetter("path")

RESERVED_IN_OR: Final = frozenset(
    (
        *(
            "exactly",
            "equals-ignore-case",
            "prefix",
            "suffix",
            "anything-but",
            "exists",
            "wildcard",
            "numeric",
        ),
        *("cidr", "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    )
)
"""Field names that make an `$or` an ordinary field. Source: the README of AWS's Event Ruler."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An `$or`: one of the groups has to hold."""

    branches: tuple[Group, ...]


Group: TypeAlias = "tuple[FieldPattern | Choice, ...]"
"""Conditions that all have to hold, in the order written."""


class Pattern(NamedTuple):
    """A valid event pattern."""

    group: Group
    clauses: tuple[Clause, ...]
    """The pattern holds when one of these does. Each is sorted by path."""


def parse(pattern: str | bytes | Mapping[str, object]) -> Pattern:
    """Parse and validate a pattern: JSON text, or what parsing it gave.

    Of JSON text, repeated keys are honoured as AWS does: objects add up, and of two arrays for one field the
    last counts. Raises InvalidPattern with AWS's reason.
    """
    if not isinstance(pattern, (str, bytes)):
        return _parse(pattern)
    try:
        text = pattern.decode() if isinstance(pattern, bytes) else pattern
    except UnicodeDecodeError as fault:
        raise InvalidPattern(f"Invalid UTF-8 at byte {fault.start}") from None
    try:
        return _parse(from_text(text))
    except InvalidPattern as fault:
        raise located(fault, text) from None


def _parse(document: object) -> Pattern:
    members = members_of(document)
    if members is None:
        raise InvalidPattern("Filter is not an object", Moment.STARTED)
    reader = _Reader(or_is_operator=True)
    try:
        group = reader.read_object(members, "", 1, in_or=False)
    except InvalidPattern:
        if not reader.met_or:
            raise
        # AWS takes an `$or` that cannot be the operator for a field of that name, and reports what is
        # wrong then.
        group = _Reader(or_is_operator=False).read_object(members, "", 1, in_or=False)
    return _compile(group)


def _compile(group: Group) -> Pattern:
    clauses = [tuple(sorted(clause.values(), key=_PATH)) for clause in _multiply_out(group, [{}])]
    for clause in clauses:
        for field in clause:
            if field.wildcards:
                _check_complexity(field)
    return Pattern(group, tuple(clauses))


class _Reader:
    """Walks a pattern's objects in the order written, which is the order AWS finds faults in."""

    def __init__(self, *, or_is_operator: bool) -> None:
        self._or_is_operator = or_is_operator
        self.met_or = False

    def read_object(
        self, members: list[tuple[str, object]], prefix: str, depth: int, *, in_or: bool
    ) -> Group:
        if not members:
            raise InvalidPattern("Empty objects are not allowed", Moment.CLOSED)
        if depth > NESTING:
            raise InvalidPattern(f"Document nesting depth ({depth}) exceeds the maximum allowed ({NESTING})")
        items: list[FieldPattern | Choice] = []
        for index, (name, value) in enumerate(members):
            try:
                if name == OR:
                    self.met_or = True
                    if self._or_is_operator:
                        items.append(self._read_or(value, prefix, depth))
                        continue
                elif in_or and name in RESERVED_IN_OR:
                    reason = f"{name} is Ruler reserved fieldName which cannot be used inside {OR}."
                    raise InvalidPattern(reason, Moment.STARTED)
                if value.__class__ is list:
                    items.append(_field_pattern(prefix + name, value))
                    continue
                nested = members_of(value)
                if nested is None:
                    raise InvalidPattern(f'"{name}" must be an object or an array', Moment.STARTED)
                items.extend(self.read_object(nested, f"{prefix}{name}.", depth + 1, in_or=in_or))
            except InvalidPattern as fault:
                raise fault.within(index) from None
        return tuple(items)

    def _read_or(self, value: object, prefix: str, depth: int) -> Choice:
        if not isinstance(value, list) or isinstance(value, Members):
            raise InvalidPattern(f"It must be an Array followed with {OR}.", Moment.STARTED)
        branches = []
        for index, branch in enumerate(value):
            members = members_of(branch)
            if members is None:
                reason = f"Only JSON object is allowed in array of {OR} relationship."
                raise InvalidPattern(reason, Moment.STARTED, index)
            try:
                branches.append(self.read_object(members, prefix, depth + 1, in_or=True))
            except InvalidPattern as fault:
                raise fault.within(index) from None
        if len(branches) < 2:
            raise InvalidPattern(f"There must have at least 2 Objects in {OR} relationship.", Moment.CLOSED)
        return Choice(tuple(branches))


def _field_pattern(path: str, values: list[object]) -> FieldPattern:
    if _TEXT.issuperset(map(type, values)):
        return _of_texts(path, tuple(values))
    return _compile_field(path, values)


@lru_cache(maxsize=16_384)
def _of_texts(path: str, texts: tuple[object, ...]) -> FieldPattern:
    """Lists of strings are most of what patterns hold, and the same ones come again in rule after rule."""
    return _compile_field(path, list(texts))


def _compile_field(path: str, values: list[object]) -> FieldPattern:
    conditions = []
    for index, value in enumerate(values):
        expression = members_of(value)
        try:
            if expression is None:
                conditions.append(REGISTRY.compile_literal(value))
            else:
                conditions.append(REGISTRY.compile_expression(expression))
        except InvalidPattern as fault:
            raise fault.within(index) from None
    if not conditions:
        raise InvalidPattern("Empty arrays are not allowed", Moment.CLOSED)
    # Values are looked up by the same string object, which is quicker than by an equal one.
    return FieldPattern(intern(path), [_readable(value) for value in values], conditions)


def _readable(value: object) -> object:
    """A copy of a pattern's value in which objects are dictionaries."""
    members = members_of(value)
    if members is not None:
        return {name: _readable(member) for name, member in members}
    return [_readable(element) for element in value] if isinstance(value, list) else value


def _multiply_out(group: Group, clauses: list[dict[str, FieldPattern]]) -> list[dict[str, FieldPattern]]:
    for item in group:
        if isinstance(item, FieldPattern):
            for clause in clauses:
                clause[item.path] = item
            continue
        multiplied: list[dict[str, FieldPattern]] = []
        for branch in item.branches:
            multiplied += _multiply_out(branch, [dict(clause) for clause in clauses])
            if len(multiplied) > OR_COMBINATIONS:
                raise InvalidPattern(f"Event pattern contains more than {OR_COMBINATIONS} rule combinations")
        clauses = multiplied
    return clauses


def _check_complexity(field: FieldPattern) -> None:
    if complexity.exceeds(field.wildcards, WILDCARD_COMPLEXITY):
        raise InvalidPattern(
            "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
            "sequences after a wildcard character"
        )
