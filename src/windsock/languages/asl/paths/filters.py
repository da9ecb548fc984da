"""What the conditions of a filter compare, `@.price < 10`, and how.

Source: "Filter Operators" in the README of https://github.com/json-path/JsonPath. Comparing what is not there
gives false, except for `!=` and `nin`; values of different types are in no order.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final

from windsock.languages.asl.errors import RuntimeFailure
from windsock.languages.asl.regexes import BoundedRegex
from windsock.languages.asl.values import MISSING, identity, is_number, same, type_name
from windsock.languages.values import to_decimal, to_json

Comparison = Callable[[Any, Any], bool]


def equal(left: Any, right: Any) -> bool:
    """Jayway's equality: a number equals a string that spells it, a string only a number's usual spelling."""
    if left is MISSING or right is MISSING:
        return False
    if is_number(left) and isinstance(right, str):
        return to_decimal(left) == to_decimal(right)
    if isinstance(left, str) and is_number(right):
        return left == to_json(right)
    return same(left, right)


def _identical(left: Any, right: Any) -> bool:
    return equal(left, right) and type_name(left) == type_name(right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Comparison:
    def holds(left: Any, right: Any) -> bool:
        is_comparable = (is_number(left) and is_number(right)) or (
            isinstance(left, str) and isinstance(right, str)
        )
        return is_comparable and compare(left, right)

    return holds


def _within(left: Any, right: Any) -> bool:
    return isinstance(right, list) and any(equal(left, each) for each in right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(equal(each, right) for each in left)


def _sets(compare: Callable[[frozenset[Hashable], frozenset[Hashable]], bool]) -> Comparison:
    def holds(left: Any, right: Any) -> bool:
        if not isinstance(left, list) or not isinstance(right, list):
            return False
        return compare(frozenset(map(identity, left)), frozenset(map(identity, right)))

    return holds


def _size(left: Any, right: Any) -> bool:
    return isinstance(left, str | list) and is_number(right) and len(left) == right


def _empty(left: Any, right: Any) -> bool:
    return isinstance(left, str | list | dict) and (not left) is right


def _matches(left: Any, right: Any) -> bool:
    if isinstance(left, BoundedRegex):
        left, right = right, left
    if not isinstance(right, BoundedRegex) or left is MISSING or isinstance(left, BoundedRegex):
        return False
    try:
        return right.matches(left if isinstance(left, str) else to_json(left))
    except TimeoutError as error:
        raise RuntimeFailure("A regular expression in a path takes too long.") from error


OPERATORS: Final[dict[str, Comparison]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "===": _identical,
    "!==": lambda left, right: not _identical(left, right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "=~": _matches,
    "in": _within,
    "nin": lambda left, right: not _within(left, right),
    "contains": _contains,
    "all": _sets(lambda left, right: left >= right),
    "size": _size,
    "empty": _empty,
    "subsetof": _sets(lambda left, right: left <= right),
    "anyof": _sets(lambda left, right: not left.isdisjoint(right)),
    "noneof": _sets(lambda left, right: left.isdisjoint(right)),
}
"""What stands between two operands; words may be in capitals."""
