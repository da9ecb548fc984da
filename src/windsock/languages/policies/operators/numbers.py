"""`NumericEquals`, `NumericLessThan` and their kin. What is no number matches nothing."""

from __future__ import annotations

import operator as comparisons
from collections.abc import Callable
from decimal import Decimal

from windsock.languages.policies.registry import Compare, Compile, never, operator
from windsock.languages.policies.texts import Text
from windsock.languages.values import to_decimal


def _numeric(holds: Callable[[Decimal, Decimal], bool]) -> Compile:
    def compile_number(wanted: Text) -> Compare:
        bound = to_decimal(wanted.plain)
        if bound is None:
            return never

        def compare(value: str) -> bool:
            number = to_decimal(value)
            return number is not None and holds(number, bound)

        return compare

    return compile_number


operator("NumericEquals", negated=("NumericNotEquals",), variables=False)(_numeric(comparisons.eq))
operator("NumericLessThan", variables=False)(_numeric(comparisons.lt))
operator("NumericLessThanEquals", variables=False)(_numeric(comparisons.le))
operator("NumericGreaterThan", variables=False)(_numeric(comparisons.gt))
operator("NumericGreaterThanEquals", variables=False)(_numeric(comparisons.ge))
