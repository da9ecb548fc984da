"""Condition operators over values that have an order: `<family>Equals`, `<family>LessThan` and their kin."""

from __future__ import annotations

import operator as comparisons
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from windsock.languages.policies.registry import Compare, Compile, never, operator
from windsock.languages.policies.texts import Text

V = TypeVar("V")

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "Equals": comparisons.eq,
    "LessThan": comparisons.lt,
    "LessThanEquals": comparisons.le,
    "GreaterThan": comparisons.gt,
    "GreaterThanEquals": comparisons.ge,
}


def register_comparisons(family: str, read: Callable[[str], V | None]) -> None:
    """Register the operators of a family; what `read` gives no value for matches nothing."""
    for name, holds in _COMPARISONS.items():
        negated = (f"{family}NotEquals",) if name == "Equals" else ()
        operator(family + name, negated=negated, variables=False)(_comparing(read, holds))


def _comparing(read: Callable[[str], V | None], holds: Callable[[V, V], bool]) -> Compile:
    def compile_value(wanted: Text) -> Compare:
        bound = read(wanted.plain)
        if bound is None:
            return never

        def compare(value: str) -> bool:
            found = read(value)
            return found is not None and holds(found, bound)

        return compare

    return compile_value
