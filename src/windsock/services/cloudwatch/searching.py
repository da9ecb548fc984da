"""SEARCH: the time series of the metrics that a search expression finds.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html
"""

from __future__ import annotations

import orjson

from windsock.kernel.scope import Scope
from windsock.languages.metric_math import Array, InvalidExpression, MetricName, SearchExpression
from windsock.languages.metric_math.request import Search
from windsock.services.cloudwatch.limits import LISTED_MS, SERIES_FOUND
from windsock.services.cloudwatch.measured_metrics import MeasuredMetric, Span
from windsock.services.cloudwatch.metric_lists import known_metrics
from windsock.services.cloudwatch.metric_names import Metric
from windsock.services.cloudwatch.statistics import statistic
from windsock.store.transaction import Snapshot


def searcher(tx: Snapshot, scope: Scope, span: Span) -> Search:
    """Searches among the metrics that have had data lately, for what they measured in the span."""

    def search(query: str, name: str, period: int) -> Array:
        if statistic(name) is None:
            raise InvalidExpression(f"{name} is no statistic")
        if period <= 0:
            raise InvalidExpression("the period is a number of seconds")
        wanted = SearchExpression.parse(query)
        known = sorted(known_metrics(tx, scope, span.end_ms - LISTED_MS, namespace=wanted.namespace))
        found = []
        for namespace, metric, dimensions in known:
            values = orjson.loads(dimensions)
            if wanted.finds(MetricName(namespace, metric, values)):
                label = " ".join((*values.values(), metric))
                key = Metric(scope, namespace, metric, dimensions)
                found.append(MeasuredMetric(key, name, None, period, label))
        return tuple(each.series(tx, span) for each in found[:SERIES_FOUND])

    return search
