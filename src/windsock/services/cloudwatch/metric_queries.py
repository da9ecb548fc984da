"""Metric data queries: the metrics and expressions of a GetMetricData or an alarm, and what they come to.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from windsock.kernel.errors import NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.languages.metric_math import (
    Array,
    Calculation,
    Expression,
    InvalidExpression,
    Request,
    Series,
    UnsupportedFunction,
    parse,
)
from windsock.languages.metric_math.request import Search
from windsock.services.cloudwatch.errors import InvalidInput, InvalidParameterValue
from windsock.services.cloudwatch.measured_metrics import MeasuredMetric, Span
from windsock.services.cloudwatch.searching import searcher
from windsock.services.cloudwatch.statistics import statistic
from windsock.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class MetricQueries:
    """The queries of a request by id: those for metrics, and expressions. `operation` is who asks."""

    operation: str
    metrics: Mapping[str, MeasuredMetric]
    expressions: Mapping[str, Expression]

    @classmethod
    def of(cls, operation: str, scope: Scope, queries: Sequence[Mapping[str, Any]]) -> MetricQueries:
        """Read queries. Raises InvalidInput, InvalidParameterValue, NotImplementedOperation."""
        metrics: dict[str, MeasuredMetric] = {}
        expressions: dict[str, Expression] = {}
        for each in queries:
            query_id = each["Id"]
            if query_id in metrics or query_id in expressions:
                raise InvalidInput("The values for parameter id in MetricDataQueries are not unique.")
            if each.get("Expression") is not None:
                expressions[query_id] = _read(operation, query_id, each["Expression"])
            elif each.get("MetricStat") is not None:
                _check_statistic(query_id, each["MetricStat"]["Stat"])
                metrics[query_id] = MeasuredMetric.of(scope, each["MetricStat"], each.get("Label") or "")
            else:
                raise InvalidInput(f"The query {query_id} has neither a MetricStat nor an Expression.")
        return cls(operation, metrics, expressions)

    def over(self, tx: Snapshot, scope: Scope, span: Span) -> Results:
        """What the queries come to in a span."""
        found = {query_id: metric.series(tx, span) for query_id, metric in self.metrics.items()}
        return self._results(found, span, searcher(tx, scope, span))

    def without_data(self) -> Results:
        """What they come to while nothing was measured: tells whether they make sense."""
        nothing = {
            query_id: Series({}, metric.period, is_metric=True) for query_id, metric in self.metrics.items()
        }
        return self._results(nothing, Span(0, 0), None)

    def _results(self, found: Mapping[str, Series], span: Span, search: Search | None) -> Results:
        request = Request(
            found, span.first_ms // 1000, -(-span.end_ms // 1000), span.aligned_ms // 1000, search
        )
        return Results(Calculation(request, self.expressions))


@dataclass(frozen=True, slots=True)
class Results:
    """The results of queries."""

    calculation: Calculation

    def of(self, query_id: str) -> Array:
        """The series of a query; an expression may give several. Raises InvalidInput."""
        try:
            return self.calculation.result(query_id)
        except InvalidExpression as problem:
            raise InvalidInput(f"Error in expression '{query_id}': {problem}.") from problem

    def is_single(self, query_id: str) -> bool:
        """Whether a query stands for one time series and not for an array of them. Raises InvalidInput."""
        self.of(query_id)
        return not self.calculation.is_array(query_id)


def _check_statistic(query_id: str, name: str) -> None:
    if statistic(name) is None:
        raise InvalidParameterValue(
            f"The value {name} for parameter MetricStat.Stat of the query {query_id} is not supported."
        )


def _read(operation: str, query_id: str, text: str) -> Expression:
    if text.lstrip().upper().startswith("SELECT "):
        raise NotImplementedOperation("cloudwatch", f"{operation} with a Metrics Insights query")
    try:
        return parse(text)
    except UnsupportedFunction as missing:
        raise NotImplementedOperation("cloudwatch", f"{operation} with {missing.name}") from missing
    except InvalidExpression as problem:
        raise InvalidInput(f"Error in expression '{query_id}': {problem}.") from problem
