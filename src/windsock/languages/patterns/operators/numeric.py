"""Numbers in a range: `{"numeric": [">", 0, "<=", 5]}`, `{"numeric": ["=", 301.8]}`.

Only values that are JSON numbers are in a range; the string "5" is not.
"""

import math
from typing import TypeGuard

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.document import Members
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.operators.exact import equality
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.spans import Span, Spans
from windsock.languages.patterns.values import number, to_json

_LOWER = {">": False, ">=": True}
_UPPER = {"<": False, "<=": True}
_NAMES = {"=": "equals", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_TOO_MANY = "Too many elements in numeric expression"
_ONE_END, _TWO_ENDS = 0.5, 0.05
"""Expected shares of numbers in a range with one end, and in one with two."""


@operator("numeric", second_key=_TOO_MANY)
def numeric(operand: object) -> Condition:
    """The value is a number in the operand's range."""
    if not isinstance(operand, list) or isinstance(operand, Members):
        raise InvalidPattern("Value of numeric must be an array.", Moment.STARTED)
    comparison = _comparison(operand)
    bound = _bound(operand, 1, _NAMES[comparison])
    if comparison in _LOWER and len(operand) > 2:
        return _within(_two_ended(operand, bound, included=_LOWER[comparison]), _TWO_ENDS)
    if len(operand) > 2:
        raise InvalidPattern(_TOO_MANY, Moment.STARTED, 2)
    if comparison == "=":
        return equality(bound)
    if comparison in _LOWER:
        return _within(Span(bound, math.inf, _LOWER[comparison], high_included=False), _ONE_END)
    return _within(Span(-math.inf, bound, low_included=False, high_included=_UPPER[comparison]), _ONE_END)


def comparable(value: float) -> int | float:
    """A number that a double holds without moving it; AWS refuses others."""
    try:
        if isinstance(value, int) and float(value) != value:
            raise OverflowError
        return number(value)
    except OverflowError:
        raise InvalidPattern(f"Cannot compare number : {value}", Moment.CLOSED) from None


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a parsed JSON value is a number, which a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _within(span: Span, rarity: float) -> Condition:
    return Condition(span.holds, Access(Spans, span, rarity, proves=True))


def _comparison(operand: list[object]) -> str:
    if not operand:
        raise InvalidPattern("Invalid member in numeric match: ]", Moment.CLOSED)
    first = operand[0]
    if not isinstance(first, str):
        raise InvalidPattern(f"Invalid member in numeric match: {_token(first)}", Moment.STARTED, 0)
    if first not in _NAMES:
        reason = f"Unrecognized numeric range operator: {first}"
        raise InvalidPattern(reason, *_following(operand, 1))
    return first


def _bound(operand: list[object], index: int, name: str) -> int | float:
    value = operand[index] if index < len(operand) else None
    if not is_number(value):
        raise InvalidPattern(f"Value of {name} must be numeric", *_following(operand, index))
    return comparable(value)


def _two_ended(operand: list[object], low: float, *, included: bool) -> Span:
    upper = operand[2]
    if not isinstance(upper, str):
        raise InvalidPattern(f"Bad value in numeric range: {_token(upper)}", Moment.STARTED, 2)
    if upper not in _UPPER:
        raise InvalidPattern(f"Bad numeric range operator: {upper}", Moment.READ, 2)
    high = _bound(operand, 3, upper)
    if len(operand) > 4:
        raise InvalidPattern("Too many terms in numeric range expression", Moment.STARTED, 4)
    if low >= high:
        raise InvalidPattern("Bottom must be less than top", Moment.CLOSED)
    return Span(low, high, included, _UPPER[upper])


def _following(operand: list[object], index: int) -> tuple[Moment, *tuple[int, ...]]:
    """The place of the element at the index, or of the closing bracket when there is none."""
    return (Moment.STARTED, index) if index < len(operand) else (Moment.CLOSED,)


def _token(value: object) -> str:
    """The first token of a value, as AWS quotes it."""
    if isinstance(value, Members | dict):
        return "{"
    return "[" if isinstance(value, list) else to_json(value)
