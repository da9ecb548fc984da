"""GetMetricData: several series at once, measured and calculated.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, make_token, read_token
from windsock.kernel.clock import to_datetime, to_ms
from windsock.languages.metric_math import Series
from windsock.services.cloudwatch.errors import InvalidInput, InvalidToken
from windsock.services.cloudwatch.limits import QUERIES
from windsock.services.cloudwatch.measured_metrics import Span
from windsock.services.cloudwatch.metric_queries import MetricQueries

_DATAPOINTS = 100_800


@query("GetMetricData")
def get_metric_data(ctx: Query, params: Params) -> Result:
    """The series of each query whose data is to be returned, newest first unless asked otherwise.

    Raises InvalidInput, InvalidParameterValue.
    """
    queries = params["MetricDataQueries"]
    _check(params, queries)
    newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    most, skipped = params.get("MaxDatapoints") or _DATAPOINTS, _skipped(params)
    results, more = [], False
    for query_id, label, series in _series(ctx, params, queries):
        found = sorted(series.points.items(), reverse=newest_first)
        more = more or len(found) > skipped + most
        shown = found[skipped : skipped + most]
        results.append(
            {
                "Id": query_id,
                "Label": label,
                "Timestamps": [to_datetime(start * 1000) for start, _ in shown],
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


def _skipped(params: Params) -> int:
    if "NextToken" not in params:
        return 0
    try:
        skipped: int = read_token(params["NextToken"], [0])[0]
    except InvalidPageToken as error:
        raise InvalidToken from error
    return max(skipped, 0)


def _series(
    ctx: Query, params: Params, queries: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str, Series]]:
    """The series to be returned, each with the id of its query and its label."""
    span = Span(to_ms(params["StartTime"]), to_ms(params["EndTime"]))
    results = MetricQueries.of("GetMetricData", ctx.scope, queries).over(ctx.tx, ctx.scope, span)
    labels = _labels(queries)
    for each in queries:
        if not each.get("ReturnData", True):
            continue
        query_id, label = each["Id"], labels[each["Id"]]
        found = results.of(query_id)
        if results.is_single(query_id):
            yield query_id, label, found[0]
            continue
        # Those of an array are told apart by the labels of the metrics.
        given = f"{each['Label']} " if each.get("Label") else ""
        for series in found:
            yield query_id, f"{given}{series.label or query_id}", series


def _labels(queries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Labels that were given; else an expression's id, a metric's name with what tells it from the others."""
    labels = {each["Id"]: each.get("Label") or each["Id"] for each in queries}
    metrics = [each for each in queries if each.get("MetricStat")]
    stats = [each["MetricStat"] for each in metrics]
    parts = {
        "name": [stat["Metric"].get("MetricName", "") for stat in stats],
        "stat": [stat["Stat"] for stat in stats],
        "period": [str(stat["Period"]) for stat in stats],
    }
    differing = [part for part, values in parts.items() if part != "name" and len(Counter(values)) > 1]
    for number, each in enumerate(metrics):
        words = [parts["name"][number], *(parts[part][number] for part in differing)]
        labels[each["Id"]] = each.get("Label") or " ".join(words)
    return labels
