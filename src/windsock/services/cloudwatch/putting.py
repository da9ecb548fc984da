"""PutMetricData.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.clock import to_ms
from windsock.kernel.errors import NotImplementedOperation
from windsock.services.cloudwatch.alarm_watch import AlarmWatch
from windsock.services.cloudwatch.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
)
from windsock.services.cloudwatch.limits import (
    DATA_PER_CALL,
    DIMENSIONS,
    NEWEST_MS,
    OLDEST_MS,
    VALUES_PER_DATUM,
)
from windsock.services.cloudwatch.metric_data_rows import measure
from windsock.services.cloudwatch.metric_names import metric_of
from windsock.services.cloudwatch.retention import arm_retention
from windsock.services.cloudwatch.statistics import Measured

_NONE = "None"


@command("PutMetricData")
def put_metric_data(ctx: Command, params: Params) -> Result:
    """Add data to metrics, which are made by it. All of it, or none and an error that names the member."""
    if params.get("EntityMetricData"):
        raise NotImplementedOperation("cloudwatch", "PutMetricData with EntityMetricData")
    namespace, data = params["Namespace"], params.get("MetricData") or []
    if not data:
        raise MissingParameter("The parameter MetricData is required.")
    if len(data) > DATA_PER_CALL:
        raise InvalidParameterValue(
            f"The collection MetricData must not have a size greater than {DATA_PER_CALL}."
        )
    if namespace.startswith("AWS/") and ctx.call.caller.kind != "service":
        raise InvalidParameterValue("The value AWS/ for parameter Namespace is invalid.")
    watch = ctx.engine.part(AlarmWatch)
    for number, datum in enumerate(data, 1):
        place = f"MetricData.member.{number}"
        measured = _measured(datum, place)
        time_ms = _time(ctx, datum, place)
        metric = metric_of(ctx.scope, namespace, datum["MetricName"], _dimensions(datum, place))
        seconds = 1 if datum.get("StorageResolution") == 1 else 60
        measure(ctx.tx, metric, datum.get("Unit", _NONE), seconds, time_ms, measured)
        watch.measured(ctx.tx, metric)
    arm_retention(ctx.engine, ctx.tx)
    return {}


def _dimensions(datum: Mapping[str, Any], place: str) -> list[Mapping[str, str]]:
    dimensions: list[Mapping[str, str]] = datum.get("Dimensions") or []
    if len(dimensions) > DIMENSIONS:
        raise InvalidParameterValue(
            f"The collection {place}.Dimensions must not have a size greater than {DIMENSIONS}."
        )
    return dimensions


def _time(ctx: Command, datum: Mapping[str, Any], place: str) -> int:
    if "Timestamp" not in datum:
        return ctx.now_ms
    time_ms = to_ms(datum["Timestamp"])
    if time_ms < ctx.now_ms - OLDEST_MS:
        raise InvalidParameterValue(
            f"The parameter {place}.Timestamp must specify a time no more than two weeks in the past."
        )
    if time_ms > ctx.now_ms + NEWEST_MS:
        raise InvalidParameterValue(
            f"The parameter {place}.Timestamp must specify a time no more than two hours in the future."
        )
    return time_ms


def _measured(datum: Mapping[str, Any], place: str) -> Measured:
    given = [name for name in ("Value", "StatisticValues", "Values") if name in datum]
    if len(given) > 1:
        first, second = given[:2]
        raise InvalidParameterCombination(
            f"The parameters {place}.{first} and {place}.{second} are mutually exclusive "
            "and you have specified both."
        )
    if not given:
        raise MissingParameter(
            f"At least one of the parameters {place}.StatisticValues, {place}.Value, or {place}.Values "
            "is required."
        )
    return _FORMS[given[0]](datum, place)


def _of_value(datum: Mapping[str, Any], place: str) -> Measured:
    value = _finite(float(datum["Value"]), f"{place}.Value")
    return Measured(1.0, value, value, value, {value: 1.0})


def _of_values(datum: Mapping[str, Any], place: str) -> Measured:
    values = datum["Values"]
    counts = datum.get("Counts") or [1.0] * len(values)
    if len(values) != len(counts):
        raise InvalidParameterValue(
            f"The parameters {place}.Values and {place}.Counts must be of the same size."
        )
    if not 1 <= len(values) <= VALUES_PER_DATUM:
        raise InvalidParameterValue(
            f"The collection {place}.Values must have a size from 1 to {VALUES_PER_DATUM}."
        )
    measured = Measured()
    for value, count in zip(values, counts, strict=True):
        value = _finite(float(value), f"{place}.Values")
        measured.add(Measured(float(count), value * count, value, value, {value: float(count)}))
    return measured


def _of_statistics(datum: Mapping[str, Any], place: str) -> Measured:
    """A statistic set; its single values are known only where they are all the same."""
    given = datum["StatisticValues"]
    samples, total = float(given["SampleCount"]), _finite(float(given["Sum"]), f"{place}.StatisticValues.Sum")
    smallest, largest = float(given["Minimum"]), float(given["Maximum"])
    spread = {largest: samples} if smallest == largest else None
    return Measured(samples, total, smallest, largest, spread)


def _finite(value: float, place: str) -> float:
    if not math.isfinite(value):
        raise InvalidParameterValue(f"The value {value} for parameter {place} is invalid.")
    return value


_FORMS = {"Value": _of_value, "Values": _of_values, "StatisticValues": _of_statistics}
