"""Where comparison operators make themselves known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

Test = Callable[[Any, Any], bool]
"""Whether the value of the variable passes, given what it is compared with. A wrong type does not pass."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison. `takes` says what it may be compared with; with `at_path`, that is found at a path.

    `allows_missing` operators are asked about a variable that is not there too, as MISSING.
    """

    name: str
    test: Test
    takes: Callable[[Any], bool]
    at_path: bool = False
    allows_missing: bool = False


OPERATORS: Final[dict[str, Operator]] = {}


def operator(
    name: str, takes: Callable[[Any], bool], *, and_path: bool = True, allows_missing: bool = False
) -> Callable[[Test], Test]:
    """Register an operator and, unless told otherwise, the one named `<name>Path`."""

    def register(test: Test) -> Test:
        OPERATORS[name] = Operator(name, test, takes, allows_missing=allows_missing)
        if and_path:
            OPERATORS[f"{name}Path"] = Operator(f"{name}Path", test, is_text, at_path=True)
        return test

    return register


def order(prefix: str, takes: Callable[[Any], bool], key: Callable[[Any], Any]) -> None:
    """Register the five comparisons of a type; `key` gives what is compared, None for another type."""

    def compared(compare: Callable[[Any, Any], bool]) -> Test:
        def test(value: Any, other: Any) -> bool:
            left, right = key(value), key(other)
            return left is not None and right is not None and compare(left, right)

        return test

    for name, compare in _COMPARISONS.items():
        operator(prefix + name, takes)(compared(compare))


def is_text(value: Any) -> bool:
    """Whether a value is a string."""
    return isinstance(value, str)


def is_boolean(value: Any) -> bool:
    """Whether a value is true or false."""
    return isinstance(value, bool)


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "Equals": lambda left, right: left == right,
    "LessThan": lambda left, right: left < right,
    "LessThanEquals": lambda left, right: left <= right,
    "GreaterThan": lambda left, right: left > right,
    "GreaterThanEquals": lambda left, right: left >= right,
}
