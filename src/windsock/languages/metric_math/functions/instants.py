"""Functions of time: MINUTE, HOUR, DAY, DATE, MONTH, YEAR, EPOCH (in UTC), PERIOD and TIME_SERIES.

Those of instants give a value for every period of the request's span, whether the series has one or not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.registry import function
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Series, Value, a_scalar, a_series


def _register(name: str, read: Callable[[datetime], float]) -> None:
    @function(name)
    def told(request: Request, value: Argument) -> Value:
        series = a_series(value)
        instants = request.instants(series.period)
        return series.with_points((at, float(read(datetime.fromtimestamp(at, UTC)))) for at in instants)


_register("MINUTE", lambda moment: moment.minute)
_register("HOUR", lambda moment: moment.hour)
_register("DAY", lambda moment: moment.isoweekday())
_register("DATE", lambda moment: moment.day)
_register("MONTH", lambda moment: moment.month)
_register("YEAR", lambda moment: moment.year)
_register("EPOCH", lambda moment: moment.timestamp())


@function("PERIOD")
def period(_request: Request, value: Argument) -> Value:
    """The period of a metric, in seconds."""
    series = a_series(value)
    if not series.is_metric:
        raise InvalidExpression("a metric is needed, not the result of an expression")
    return float(series.period)


@function("TIME_SERIES")
def time_series(request: Request, value: Argument) -> Value:
    """A series that has the same value in every period."""
    scalar = a_scalar(value)
    return Series({}, request.period).with_points((at, scalar) for at in request.instants(request.period))
