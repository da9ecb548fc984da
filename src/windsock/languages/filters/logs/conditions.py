"""What a filter asks of one value of a log event: `= "Update*"`, `!= 4*`, `> 1000`, `= %regex%`.

"A string with or without quotes. You can use the asterisk wildcard character to match any text at, before, or
after a search term": a star elsewhere is a star.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.lexer import Lexeme, Sort
from windsock.languages.filters.logs.regex import Regex
from windsock.languages.values import to_decimal

Value = str | int | float


class Condition(Protocol):
    """A test of one string or number."""

    def holds(self, value: Value) -> bool:
        """Whether `value` is as asked."""
        ...


_COMPARISONS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUALITIES: Final = ("=", "!=")


def condition(comparison: str, operand: Lexeme) -> Condition:
    """The condition that a comparison with an operand makes; InvalidFilter where they do not go together."""
    number = to_decimal(operand.text) if operand.sort is Sort.WORD else None
    if number is not None:
        return _Number(comparison, number)
    if comparison not in _EQUALITIES:
        raise InvalidFilter(f"{comparison} needs a number, not {operand.text!r}")
    if operand.sort is Sort.REGEX:
        return _Text(Regex.parse(operand.text).search, comparison == "!=")
    return _Text(_affix_matcher(operand.text), comparison == "!=")


@dataclass(frozen=True, slots=True)
class _Number:
    comparison: str
    number: Decimal

    def holds(self, value: Value) -> bool:
        number = to_decimal(value)
        if number is not None:
            return _COMPARISONS[self.comparison](number, self.number)
        return self.comparison == "!="


@dataclass(frozen=True, slots=True)
class _Text:
    matches: Callable[[str], bool]
    is_negated: bool

    def holds(self, value: Value) -> bool:
        return self.matches(value if isinstance(value, str) else str(value)) is not self.is_negated


def _affix_matcher(pattern: str) -> Callable[[str], bool]:
    is_open_before = pattern.startswith("*")
    is_open_after = pattern.endswith("*") and len(pattern) > 1
    text = pattern[is_open_before : len(pattern) - is_open_after]
    if is_open_before and is_open_after:
        return lambda value: text in value
    if is_open_before:
        return lambda value: value.endswith(text)
    if is_open_after:
        return lambda value: value.startswith(text)
    return lambda value: value == text
