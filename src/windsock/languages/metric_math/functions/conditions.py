"""IF: one value or another, by a condition that holds where it is not 0."""

from __future__ import annotations

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Series, Value


@function("IF", 2, 3)
def if_(_request: Request, condition: Argument, then: Argument, *otherwise: Argument) -> Value:
    """What is chosen; at each instant that a condition which is a series has a value for.

    A series that is chosen and has no value counts as 0 where the condition holds, and is dropped elsewhere.
    """
    chosen = _scalar_or_series(then)
    other = _scalar_or_series(otherwise[0]) if otherwise else None
    if isinstance(condition, float):
        if condition:
            return chosen
        return Series({}, chosen.period if isinstance(chosen, Series) else 60) if other is None else other
    if not isinstance(condition, Series):
        raise InvalidExpression("the condition is a number or a time series")
    return condition.with_points(
        (at, _at(chosen, at, 0.0) if holds else _at(other, at, None))
        for at, holds in condition.points.items()
    )


def _scalar_or_series(value: Argument) -> float | Series:
    if not isinstance(value, float | Series):
        raise InvalidExpression("the values are numbers or time series")
    return value


def _at(value: float | Series | None, at: int, missing: float | None) -> float | None:
    return value.points.get(at, missing) if isinstance(value, Series) else value
