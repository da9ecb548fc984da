"""Functions of many values: a scalar of those of a series, a series of those an array has at each instant.

In an AVG or SUM of an array a series without a value counts as 0; the other functions leave it out.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Array, Series, Value

Aggregate = Callable[[Sequence[float]], float]


def _bounded(aggregate: Aggregate) -> Aggregate:
    """The same, but no number where that would be too great."""

    def bounded(values: Sequence[float]) -> float:
        try:
            return aggregate(values)
        except OverflowError:
            return math.nan

    return bounded


def _average(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _largest(values: Sequence[float]) -> float:
    return max(values, default=math.nan)


def _smallest(values: Sequence[float]) -> float:
    return min(values, default=math.nan)


def _deviation(values: Sequence[float]) -> float:
    return statistics.pstdev(values) if values else math.nan


AGGREGATES: Final[Mapping[str, Aggregate]] = {
    "AVG": _bounded(_average),
    "DATAPOINT_COUNT": lambda values: float(len(values)),
    "MAX": _largest,
    "MIN": _smallest,
    "STDDEV": _bounded(_deviation),
    "SUM": _bounded(math.fsum),
}
_MISSING_IS_ZERO: Final = ("AVG", "SUM")


def _across(array: Array, aggregate: Aggregate, *, missing_is_zero: bool) -> Series:
    period = max((series.period for series in array), default=60)
    points: dict[int, float] = {}
    for at in sorted({at for series in array for at in series.points}):
        there = [series.points[at] for series in array if at in series.points]
        lacking = [0.0] * (len(array) - len(there)) if missing_is_zero else []
        points[at] = aggregate([*there, *lacking])
    return Series({}, period).with_points(points.items())


def _register(name: str, aggregate: Aggregate) -> None:
    @function(name)
    def aggregated(_request: Request, value: Argument) -> Value:
        if isinstance(value, Series):
            return aggregate(list(value.points.values()))
        if isinstance(value, tuple):
            return _across(value, aggregate, missing_is_zero=name in _MISSING_IS_ZERO)
        raise InvalidExpression("a time series or an array of them is needed")


for _name, _aggregate in AGGREGATES.items():
    _register(_name, _aggregate)
