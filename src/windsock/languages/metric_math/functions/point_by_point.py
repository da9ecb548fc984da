"""Functions of each value by itself: ABS, CEIL, FLOOR, LOG, LOG10."""

from __future__ import annotations

import math
from collections.abc import Callable

from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Value, each

Change = Callable[[float], float | None]


def _logarithm(of: Callable[[float], float]) -> Change:
    return lambda value: of(value) if value > 0 else None


def _register(name: str, change: Change) -> None:
    @function(name)
    def changed(_request: Request, value: Argument) -> Value:
        return each(
            value,
            lambda series: series.with_points((at, change(point)) for at, point in series.points.items()),
        )


_register("ABS", abs)
_register("CEIL", lambda value: float(math.ceil(value)))
_register("FLOOR", lambda value: float(math.floor(value)))
_register("LOG", _logarithm(math.log))
_register("LOG10", _logarithm(math.log10))
