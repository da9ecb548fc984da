"""FILL: values where there are none."""

from __future__ import annotations

from collections.abc import Iterator

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Series, Value, Word, each

Points = Iterator[tuple[int, float | None]]


@function("FILL", 2)
def fill(request: Request, value: Argument, filler: Argument) -> Value:
    """Each missing value: a scalar, that of a series, the one before (REPEAT), or on the line between the
    neighbours (LINEAR). Before the first value, and with LINEAR after the last, there is nothing to take."""
    return each(value, lambda series: series.with_points(_filled(request, series, filler)))


def _filled(request: Request, series: Series, filler: Argument) -> Points:
    instants = sorted({*request.instants(series.period), *series.points})
    if isinstance(filler, float):
        return ((at, series.points.get(at, filler)) for at in instants)
    if isinstance(filler, Series):
        others = filler.points
        return ((at, series.points.get(at, others.get(at))) for at in instants)
    if isinstance(filler, Word) and filler == "REPEAT":
        return _repeated(series, instants)
    if isinstance(filler, Word) and filler == "LINEAR":
        return _interpolated(series, instants)
    raise InvalidExpression("missing values are filled with a number, a time series, REPEAT or LINEAR")


def _repeated(series: Series, instants: list[int]) -> Points:
    latest: float | None = None
    for at in instants:
        latest = series.points.get(at, latest)
        yield at, latest


def _interpolated(series: Series, instants: list[int]) -> Points:
    known = list(series.points.items())
    after = 0
    for at in instants:
        while after < len(known) and known[after][0] < at:
            after += 1
        if after < len(known) and known[after][0] == at:
            yield known[after]
        elif 0 < after < len(known):
            (start, low), (end, high) = known[after - 1], known[after]
            yield at, low + (high - low) * (at - start) / (end - start)
