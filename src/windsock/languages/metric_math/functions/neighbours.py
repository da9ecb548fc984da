"""Functions of a value and those before it: DIFF, DIFF_TIME, RATE, RUNNING_SUM."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Series, Value, each

Point = tuple[int, float]


def _register(name: str, between: Callable[[Point, Point], float]) -> None:
    """A function of each point but the first, with the one before it."""

    def change(series: Series) -> Series:
        pairs = itertools.pairwise(series.points.items())
        return series.with_points((point[0], between(before, point)) for before, point in pairs)

    @function(name)
    def changed(_request: Request, value: Argument) -> Value:
        return each(value, change)


_register("DIFF", lambda before, point: point[1] - before[1])
_register("DIFF_TIME", lambda before, point: float(point[0] - before[0]))
_register("RATE", lambda before, point: (point[1] - before[1]) / (point[0] - before[0]))


@function("RUNNING_SUM")
def running_sum(_request: Request, value: Argument) -> Value:
    """The sum of each value and all before it."""
    return each(
        value,
        lambda series: series.with_points(
            zip(series.points, itertools.accumulate(series.points.values()), strict=True)
        ),
    )
