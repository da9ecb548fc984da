"""GetMetricStatistics.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.clock import to_datetime, to_ms
from windsock.services.cloudwatch.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
)
from windsock.services.cloudwatch.limits import DATAPOINTS
from windsock.services.cloudwatch.metric_names import metric_of
from windsock.services.cloudwatch.reading import series
from windsock.services.cloudwatch.statistics import Measured, statistic


@query("GetMetricStatistics")
def get_metric_statistics(ctx: Query, params: Params) -> Result:
    """The datapoints of a metric, each unit's by itself, oldest first."""
    _check(params)
    period, first, end = params["Period"], to_ms(params["StartTime"]), to_ms(params["EndTime"])
    metric = metric_of(ctx.scope, params["Namespace"], params["MetricName"], params.get("Dimensions") or [])
    first -= first % (period * 1000)
    found = series(ctx.tx, metric, first, end, period, unit=params.get("Unit"))
    datapoints = [
        _datapoint(params, start, unit, measured) for (start, unit), measured in sorted(found.items())
    ]
    return {"Label": params["MetricName"], "Datapoints": datapoints}


def _check(params: Params) -> None:
    period = params["Period"]
    if not params.get("Statistics") and not params.get("ExtendedStatistics"):
        raise MissingParameter("Must specify either Statistics or ExtendedStatistics")
    if params["StartTime"] >= params["EndTime"]:
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    if period not in (1, 5, 10, 20, 30) and period % 60:
        raise InvalidParameterValue("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
    seconds = (params["EndTime"] - params["StartTime"]).total_seconds()
    asked = int(seconds // period)
    if asked > DATAPOINTS:
        raise InvalidParameterCombination(
            f"You have requested up to {asked} datapoints, which exceeds the limit of {DATAPOINTS}. You may "
            "reduce the datapoints requested by increasing Period, or decreasing the time range."
        )
    for name in params.get("ExtendedStatistics") or ():
        if statistic(name) is None:
            raise InvalidParameterValue(
                f"The value {name} for parameter ExtendedStatistics is not supported."
            )


def _datapoint(params: Params, start_ms: int, unit: str, measured: Measured) -> dict[str, Any]:
    datapoint: dict[str, Any] = {"Timestamp": to_datetime(start_ms), "Unit": unit}
    for name in params.get("Statistics") or ():
        datapoint[name] = _value(name, measured)
    extended = {name: _value(name, measured) for name in params.get("ExtendedStatistics") or ()}
    if extended:
        datapoint["ExtendedStatistics"] = {
            name: value for name, value in extended.items() if value is not None
        }
    return datapoint


def _value(name: str, measured: Measured) -> float | None:
    compute = statistic(name)
    return None if compute is None else compute(measured)
