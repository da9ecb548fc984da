"""The operators: arithmetic, comparison, logic; of scalars, of series with scalars, and of two series.

Where only one of two series has a value, the other counts as 0. What divides by zero, and what is no real
number, is dropped.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-arithmetic
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Final

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.values import Series, Value

Operation = Callable[[float, float], float]


def _divide(left: float, right: float) -> float:
    return left / right if right else math.nan


def _power(left: float, right: float) -> float:
    try:
        raised = left**right
    except (OverflowError, ZeroDivisionError):
        return math.nan
    return raised if isinstance(raised, float) else math.nan


def _truth(test: Callable[[float, float], bool]) -> Operation:
    return lambda left, right: float(test(left, right))


OPERATIONS: Final[Mapping[str, Operation]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "^": _power,
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "AND": _truth(lambda left, right: bool(left) and bool(right)),
    "OR": _truth(lambda left, right: bool(left) or bool(right)),
}


def combine(operation: Operation, left: Value, right: Value) -> Value:
    """The result of an operator. Raises InvalidExpression for two arrays."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        raise InvalidExpression("an operator cannot have an array of time series on both sides")
    if isinstance(left, tuple):
        return tuple(_one(operation, series, right) for series in left)
    if isinstance(right, tuple):
        return tuple(_labelled(_one(operation, left, series), series.label) for series in right)
    if isinstance(left, Series) or isinstance(right, Series):
        return _one(operation, left, right)
    return operation(left, right)


def _one(operation: Operation, left: Value, right: Value) -> Series:
    if isinstance(left, Series) and isinstance(right, Series):
        instants = sorted({*left.points, *right.points})
        values = ((at, operation(left.points.get(at, 0.0), right.points.get(at, 0.0))) for at in instants)
        return _longer(left, right).with_points(values)
    if isinstance(left, Series) and isinstance(right, float):
        return left.with_points((at, operation(value, right)) for at, value in left.points.items())
    if isinstance(left, float) and isinstance(right, Series):
        return right.with_points((at, operation(left, value)) for at, value in right.points.items())
    raise InvalidExpression("an operator takes numbers and time series")


def _longer(left: Series, right: Series) -> Series:
    """The left one, with the longer period of both."""
    return Series(left.points, max(left.period, right.period), left.label)


def _labelled(series: Series, label: str) -> Series:
    return Series(series.points, series.period, label)
