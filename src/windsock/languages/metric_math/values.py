"""What expressions calculate with: scalars, time series, and arrays of time series.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-datatypes
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from windsock.languages.metric_math.errors import InvalidExpression


@dataclass(frozen=True, slots=True)
class Series:
    """A time series: values by the second in which their period begins, oldest first.

    `period` is in seconds. `label` tells one series of an array from the others. `is_metric` says that it is
    what was measured and not what was calculated.
    """

    points: Mapping[int, float]
    period: int
    label: str = ""
    is_metric: bool = False

    def with_points(self, points: Iterable[tuple[int, float | None]]) -> Series:
        """A series that is calculated from this one; points that are no numbers are dropped."""
        kept = {at: value for at, value in points if value is not None and math.isfinite(value)}
        return replace(self, points=kept, is_metric=False)


class Word(str):
    """A name that is written without quotes and is no id: `REPEAT`, `DESC`, the `AVG` of a SORT."""

    __slots__ = ()


Array: TypeAlias = tuple[Series, ...]
Value: TypeAlias = float | Series | Array
Argument: TypeAlias = Value | str
"""What a function may be given: texts too, and words."""


def each(value: Argument, change: Callable[[Series], Series]) -> Series | Array:
    """A change of a series, or of each series of an array. Raises InvalidExpression for a scalar."""
    if isinstance(value, Series):
        return change(value)
    return tuple(change(series) for series in an_array(value))


def a_series(value: Argument) -> Series:
    """The argument, which must be one time series. Raises InvalidExpression."""
    if not isinstance(value, Series):
        raise InvalidExpression("a time series is needed")
    return value


def an_array(value: Argument) -> Array:
    """The argument, which must be an array of time series. Raises InvalidExpression."""
    if not isinstance(value, tuple):
        raise InvalidExpression("an array of time series is needed")
    return value


def a_scalar(value: Argument) -> float:
    """The argument, which must be a number. Raises InvalidExpression."""
    if not isinstance(value, float):
        raise InvalidExpression("a scalar number is needed")
    return value
