"""Any value but some: `{"anything-but": "initializing"}`, a list of strings or of numbers, or a nested
`prefix`, `suffix`, `equals-ignore-case` or `wildcard` with one text or a list of them.

The field has to be there. Of an array, one element that is none of the excluded is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from windsock.languages.patterns.conditions import Access, Condition
from windsock.languages.patterns.document import Members, members_of
from windsock.languages.patterns.errors import InvalidPattern, Moment
from windsock.languages.patterns.operators.equals_ignore_case import equals_ignore_case
from windsock.languages.patterns.operators.numeric import comparable, is_number
from windsock.languages.patterns.operators.prefix import prefix
from windsock.languages.patterns.operators.suffix import suffix
from windsock.languages.patterns.operators.wildcard import wildcard
from windsock.languages.patterns.registry import operator
from windsock.languages.patterns.tables import Present
from windsock.languages.patterns.values import MISSING, Scalar

_TOO_MANY = "Too many elements in numeric expression"
_NOT_A_VALUE = "Value of anything-but must be an array or single string/number value."
_AFFIX = "prefix/suffix match pattern must be a string"

_NESTED: dict[str, tuple[Callable[[object], Condition], str]] = {
    "prefix": (prefix, _AFFIX),
    "suffix": (suffix, _AFFIX),
    "wildcard": (wildcard, "wildcard match pattern must be a string"),
    "equals-ignore-case": (
        equals_ignore_case,
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    ),
}
"""What may be excluded, and AWS's reason against a text that is not one."""

_NO_EMPTY_TEXT = {"prefix", "suffix"}


@operator("anything-but", second_key=_TOO_MANY)
def anything_but(operand: object) -> Condition:
    """The field has a value that is none of the excluded."""
    nested = members_of(operand)
    if nested is not None:
        return _nested(nested)
    banned = frozenset(_excluded_values(operand))
    return _unless(banned.__contains__)


def _excluded_values(operand: object) -> list[Scalar]:
    if isinstance(operand, str):
        return [operand]
    if is_number(operand):
        return [comparable(operand)]
    if not isinstance(operand, list):
        raise InvalidPattern(_NOT_A_VALUE, Moment.STARTED)
    values: list[Scalar] = []
    for index, value in enumerate(operand):
        if not isinstance(value, str) and not is_number(value):
            reason = "Inside anything but list, start|null|boolean is not supported."
            raise InvalidPattern(reason, Moment.STARTED, index, repeated=True)
        values.append(value if isinstance(value, str) else comparable(value))
    if len({isinstance(value, str) for value in values}) != 1:
        reason = (
            "Inside anything but list, either all values are number or string, mixed type is not supported"
        )
        raise InvalidPattern(reason, Moment.CLOSED)
    return values


def _nested(members: list[tuple[str, object]]) -> Condition:
    if not members:
        raise InvalidPattern("Anything-But expression name not found", Moment.CLOSED)
    keyword, operand = members[0]
    if keyword not in _NESTED:
        raise InvalidPattern(f"Unsupported anything-but pattern: {keyword}", Moment.STARTED, 0)
    try:
        condition = _none_of(keyword, operand)
    except InvalidPattern as fault:
        raise fault.within(0) from None
    if len(members) > 1:
        raise InvalidPattern(_TOO_MANY, Moment.STARTED, 1)
    return condition


def _none_of(keyword: str, operand: object) -> Condition:
    compile_text, not_a_text = _NESTED[keyword]
    if isinstance(operand, list) and not isinstance(operand, Members):
        conditions = []
        for index, text in enumerate(operand):
            try:
                conditions.append(_excluded(keyword, compile_text, text, not_a_text))
            except InvalidPattern as fault:
                fault.repeated = fault.moment is not None
                raise fault.within(index) from None
    elif isinstance(operand, str) or is_number(operand):
        conditions = [_excluded(keyword, compile_text, operand, not_a_text)]
    else:
        raise InvalidPattern(_NOT_A_VALUE, Moment.STARTED)
    return _unless_any(conditions)


def _excluded(
    keyword: str, compile_text: Callable[[object], Condition], text: object, not_a_text: str
) -> Condition:
    if not isinstance(text, str):
        raise InvalidPattern(not_a_text, Moment.STARTED)
    if not text and keyword in _NO_EMPTY_TEXT:
        raise InvalidPattern("Null prefix/suffix not allowed", Moment.READ)
    return compile_text(text)


def _unless_any(conditions: Sequence[Condition]) -> Condition:
    tests = [condition.test for condition in conditions]
    wildcards = tuple(text for condition in conditions for text in condition.wildcards)
    return _unless(lambda value: any(test(value) for test in tests), wildcards)


def _unless(excluded: Callable[[Scalar], bool], wildcards: tuple[str, ...] = ()) -> Condition:
    return Condition(
        lambda value: value is not MISSING and not excluded(value),
        Access(Present, None, 0.9, proves=False),
        wildcards=wildcards,
    )
