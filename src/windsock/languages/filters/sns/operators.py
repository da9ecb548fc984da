"""Reading one entry of a field's list: a plain value, or an object with one operator.

The order of the checks and their wording are those of the rule compiler behind SNS (its errors as recorded).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from windsock.languages.filters.sns.cursor import Cursor
from windsock.languages.filters.sns.errors import InvalidPolicy
from windsock.languages.filters.sns.matchers import (
    Absent,
    AnythingBut,
    EqualsIgnoreCase,
    EqualsNumber,
    Exactly,
    InNetwork,
    InRange,
    Matcher,
    MatchesWildcard,
    Prefix,
    Present,
    Suffix,
)
from windsock.languages.json_tokens import Kind
from windsock.languages.values import Wildcard, parse_cidr, to_decimal

# "For numeric matching, the value can range from -10^9 to 10^9": Filter policy constraints in Amazon SNS.
_LARGEST_NUMBER: Final = Decimal(10) ** 9
_ONE_KEY: Final = "Only one key allowed in match expression"
_TOO_MANY: Final = "Too many elements in numeric expression"
_MIXED: Final = (
    "Inside anything but list, either all values are number or string, mixed type is not supported"
)
_CONSTANTS: Final = {Kind.TRUE: True, Kind.FALSE: False, Kind.NULL: None}


def read_value(cursor: Cursor, kind: Kind | None) -> Matcher:
    """The matcher for the entry of a list at which the cursor stands."""
    if kind is Kind.START_OBJECT:
        return _operator(cursor)
    if kind is Kind.STRING:
        return Exactly(cursor.text())
    if kind is Kind.NUMBER:
        # Beyond the range of numeric matching a number is still compared, only not by ranges.
        return EqualsNumber(_any_number(cursor))
    if kind in _CONSTANTS:
        return Exactly(_CONSTANTS[kind])
    raise cursor.refuse("Match value must be String, number, true, false, or null")


def _operator(cursor: Cursor) -> Matcher:
    if cursor.next() is not Kind.FIELD_NAME:
        raise cursor.refuse("Match expression name not found")
    name = cursor.text()
    reader = OPERATORS.get(name)
    if reader is None:
        raise cursor.refuse(f"Unrecognized match type {name}")
    return reader(cursor)


def _end_of_object(cursor: Cursor, problem: str = _ONE_KEY) -> None:
    if cursor.next() is not Kind.END_OBJECT:
        raise cursor.refuse(problem)


def _text(cursor: Cursor, operator: str) -> str:
    if cursor.next() is not Kind.STRING:
        raise cursor.refuse(f"{operator} match pattern must be a string")
    return cursor.text()


def _of_text(operator: str, make: Callable[[str], Matcher]) -> Callable[[Cursor], Matcher]:
    """The reader of an operator whose operand is a text; `operator` is what AWS calls it in errors."""

    def read(cursor: Cursor) -> Matcher:
        matcher = make(_text(cursor, operator))
        _end_of_object(cursor)
        return matcher

    return read


def _wildcard_of(pattern: str) -> Matcher:
    try:
        return MatchesWildcard(pattern, Wildcard.of_escaped(pattern))
    except ValueError as error:
        raise InvalidPolicy(f"FilterPolicy: {error}") from error


def _network_of(block: str) -> Matcher:
    try:
        return InNetwork(block, parse_cidr(block))
    except ValueError as error:
        raise InvalidPolicy(f"FilterPolicy: {error}") from error


def _exists(cursor: Cursor) -> Matcher:
    kind = cursor.next()
    if kind not in (Kind.TRUE, Kind.FALSE):
        raise cursor.refuse("exists match pattern must be either true or false.")
    _end_of_object(cursor)
    return Present() if kind is Kind.TRUE else Absent()


def _anything_but(cursor: Cursor) -> Matcher:
    kind = cursor.next()
    if kind is Kind.START_OBJECT:
        return AnythingBut((_anything_but_operator(cursor),))
    if kind is Kind.START_ARRAY:
        refused = _anything_but_list(cursor)
    elif kind is Kind.STRING:
        refused = (Exactly(cursor.text()),)
    elif kind is Kind.NUMBER:
        refused = (EqualsNumber(_number(cursor)),)
    else:
        raise cursor.refuse("Value of anything-but must be an array or single string/number value.")
    _end_of_object(cursor, _TOO_MANY)
    return AnythingBut(refused)


def _anything_but_operator(cursor: Cursor) -> Matcher:
    if cursor.next() is not Kind.FIELD_NAME:
        raise cursor.refuse("Anything-But expression name not found")
    name = cursor.text()
    make = _ANYTHING_BUT_OPERATORS.get(name)
    if make is None:
        raise cursor.refuse(f"Unsupported anything-but pattern: {name}")
    text = _text(cursor, name)
    if not text:
        raise cursor.refuse("Null prefix/suffix not allowed")
    matcher = make(text)
    _end_of_object(cursor)
    _end_of_object(cursor)
    return matcher


def _anything_but_list(cursor: Cursor) -> tuple[Matcher, ...]:
    refused: list[Matcher] = []
    while (kind := cursor.next()) is not Kind.END_ARRAY:
        if kind is Kind.STRING:
            refused.append(Exactly(cursor.text()))
        elif kind is Kind.NUMBER:
            refused.append(EqualsNumber(_number(cursor)))
        else:
            raise cursor.refuse("Inside anything but list, start|null|boolean is not supported.")
    if len({type(matcher) for matcher in refused}) != 1:
        raise cursor.refuse(_MIXED)
    return tuple(refused)


def _numeric(cursor: Cursor) -> Matcher:
    if cursor.next() is not Kind.START_ARRAY:
        raise cursor.refuse("Value of numeric must be an array.")
    matcher = _comparison(cursor)
    _end_of_object(cursor, _TOO_MANY)
    return matcher


def _comparison(cursor: Cursor) -> Matcher:
    if cursor.next() is not Kind.STRING:
        raise cursor.refuse(f"Invalid member in numeric match: {cursor.text()}")
    operator = cursor.text()
    kind = cursor.next()
    if operator not in _COMPARISONS:
        raise cursor.refuse(f"Unrecognized numeric range operator: {operator}")
    if kind is not Kind.NUMBER:
        raise cursor.refuse(f"Value of {'equals' if operator == '=' else operator} must be numeric")
    value = _number(cursor)
    kind = cursor.next()
    if kind is Kind.END_ARRAY:
        return _COMPARISONS[operator](value)
    if operator not in (">", ">="):
        raise cursor.refuse(_TOO_MANY)
    return _range(cursor, kind, value, bottom_included=operator == ">=")


def _range(cursor: Cursor, kind: Kind | None, bottom: Decimal, *, bottom_included: bool) -> Matcher:
    """The second half of a range, after its bottom."""
    if kind is not Kind.STRING:
        raise cursor.refuse(f"Bad value in numeric range: {cursor.text()}")
    operator = cursor.text()
    if operator not in ("<", "<="):
        raise cursor.refuse(f"Bad numeric range operator: {operator}")
    if cursor.next() is not Kind.NUMBER:
        raise cursor.refuse(f"Value of {operator} must be numeric")
    top = _number(cursor)
    if cursor.next() is not Kind.END_ARRAY:
        raise cursor.refuse("Too many terms in numeric range expression")
    if bottom >= top:
        raise cursor.refuse("Bottom must be less than top")
    return InRange(bottom, top, bottom_included, operator == "<=")


def _any_number(cursor: Cursor) -> Decimal:
    number = to_decimal(cursor.text())
    if number is None:
        raise cursor.refuse("Value must be between -1.0E9 and 1.0E9, inclusive")
    return number


def _number(cursor: Cursor) -> Decimal:
    number = _any_number(cursor)
    if abs(number) > _LARGEST_NUMBER:
        raise cursor.refuse("Value must be between -1.0E9 and 1.0E9, inclusive")
    return number


_COMPARISONS: Final[Mapping[str, Callable[[Decimal], Matcher]]] = {
    "=": EqualsNumber,
    ">": lambda value: InRange(bottom=value),
    ">=": lambda value: InRange(bottom=value, bottom_included=True),
    "<": lambda value: InRange(top=value),
    "<=": lambda value: InRange(top=value, top_included=True),
}
_ANYTHING_BUT_OPERATORS: Final[Mapping[str, Callable[[str], Matcher]]] = {
    "prefix": Prefix,
    "wildcard": _wildcard_of,
}
OPERATORS: Final[Mapping[str, Callable[[Cursor], Matcher]]] = {
    "prefix": _of_text("prefix", Prefix),
    "suffix": _of_text("suffix", Suffix),
    "equals-ignore-case": _of_text("equals-ignore-case", EqualsIgnoreCase),
    "wildcard": _of_text("wildcard", _wildcard_of),
    "cidr": _of_text("prefix", _network_of),  # AWS names the wrong operator here
    "numeric": _numeric,
    "anything-but": _anything_but,
    "exists": _exists,
}
