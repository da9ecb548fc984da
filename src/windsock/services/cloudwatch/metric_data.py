"""GetMetricData: several series at once. Metric math is not there yet and says so.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, make_token, read_token
from windsock.kernel.clock import to_datetime, to_ms
from windsock.kernel.errors import NotImplementedOperation
from windsock.services.cloudwatch.errors import InvalidInput, InvalidParameterValue, InvalidToken
from windsock.services.cloudwatch.limits import QUERIES
from windsock.services.cloudwatch.metric_names import metric_of
from windsock.services.cloudwatch.reading import series
from windsock.services.cloudwatch.statistics import Measured, statistic

_DATAPOINTS = 100_800

Series = list[tuple[int, float]]


@query("GetMetricData")
def get_metric_data(ctx: Query, params: Params) -> Result:
    """A series for each query whose data is to be returned, newest first unless asked otherwise.

    Raises InvalidInput, InvalidParameterValue.
    """
    queries = params["MetricDataQueries"]
    _check(params, queries)
    labels = _labels(queries)
    newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    most, skipped = params.get("MaxDatapoints") or _DATAPOINTS, _skipped(params)
    results, more = [], False
    for each in queries:
        if not each.get("ReturnData", True):
            continue
        found = _series(ctx, params, each)
        found.sort(reverse=newest_first)
        more = more or len(found) > skipped + most
        shown = found[skipped : skipped + most]
        results.append(
            {
                "Id": each["Id"],
                "Label": labels[each["Id"]],
                "Timestamps": [to_datetime(start) for start, _ in shown],
                "Values": [value for _, value in shown],
                "StatusCode": "Complete",
            }
        )
    answer: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
    return {**answer, "NextToken": make_token([skipped + most])} if more else answer


def _check(params: Params, queries: Sequence[Mapping[str, Any]]) -> None:
    if len(queries) > QUERIES:
        raise InvalidInput(f"A request has at most {QUERIES} queries.")
    if params["StartTime"] >= params["EndTime"]:
        raise InvalidInput("The parameter EndTime must be greater than StartTime.")
    for each in queries:
        if "Expression" in each:
            raise NotImplementedOperation("cloudwatch", "GetMetricData with an Expression")
        if "MetricStat" not in each:
            raise InvalidInput(f"The query {each['Id']} has neither a MetricStat nor an Expression.")
        if statistic(each["MetricStat"]["Stat"]) is None:
            raise InvalidParameterValue(
                f"The value {each['MetricStat']['Stat']} for parameter MetricStat.Stat of the query "
                f"{each['Id']} is not supported."
            )


def _skipped(params: Params) -> int:
    if "NextToken" not in params:
        return 0
    try:
        skipped: int = read_token(params["NextToken"], [0])[0]
    except InvalidPageToken as error:
        raise InvalidToken from error
    return max(skipped, 0)


def _series(ctx: Query, params: Params, each: Mapping[str, Any]) -> Series:
    stat = each["MetricStat"]
    metric, period = stat["Metric"], stat["Period"]
    first, end = to_ms(params["StartTime"]), to_ms(params["EndTime"])
    first -= first % (period * 1000)
    key = metric_of(
        ctx.scope, metric.get("Namespace", ""), metric.get("MetricName", ""), metric.get("Dimensions") or []
    )
    found: dict[int, Measured] = {}
    for (start, _), measured in series(ctx.tx, key, first, end, period, unit=stat.get("Unit")).items():
        found.setdefault(start, Measured()).add(measured)
    compute = statistic(stat["Stat"])
    values = ((start, None if compute is None else compute(measured)) for start, measured in found.items())
    return [(start, value) for start, value in values if value is not None]


def _labels(queries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Labels that were given, or the metric's name with what tells it from the others."""
    stats = [each["MetricStat"] for each in queries]
    parts = {
        "name": [stat["Metric"].get("MetricName", "") for stat in stats],
        "stat": [stat["Stat"] for stat in stats],
        "period": [str(stat["Period"]) for stat in stats],
    }
    differing = [part for part, values in parts.items() if part != "name" and len(Counter(values)) > 1]
    labels = {}
    for number, each in enumerate(queries):
        words = [parts["name"][number], *(parts[part][number] for part in differing)]
        labels[each["Id"]] = each.get("Label") or " ".join(words)
    return labels
