"""What a metric alarm watches: a metric, or an expression of several.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.measured_metrics import MeasuredMetric, Span
from windsock.services.cloudwatch.metric_names import Metric
from windsock.services.cloudwatch.metric_queries import MetricQueries
from windsock.services.cloudwatch.statistics import Measured, statistic
from windsock.store.transaction import Snapshot

_OPERATION: Final = "PutMetricAlarm"
# The functions that give values where nothing was measured.
_MAKING_VALUES: Final = frozenset(
    {"DATE", "DAY", "EPOCH", "FILL", "HOUR", "MINUTE", "MONTH", "TIME_SERIES", "YEAR"}
)


class Value(NamedTuple):
    """The value of a period, and how many samples it is of (0 where that is not known)."""

    value: float | None
    samples: float


class Watched(ABC):
    """What an alarm watches."""

    period: int
    """The seconds of a datapoint."""

    @property
    @abstractmethod
    def metrics(self) -> Sequence[Metric]:
        """The metrics whose data counts."""

    @property
    @abstractmethod
    def facts(self) -> Mapping[str, Any]:
        """What a reason says of it: unit and statistic, where it has any."""

    @property
    def makes_values(self) -> bool:
        """Whether it may have values without data."""
        return False

    @abstractmethod
    def values(self, tx: Snapshot, span: Span) -> Mapping[int, Value]:
        """The values in a span, by the millisecond in which their period begins."""


@dataclass(frozen=True, slots=True)
class WatchedMetric(Watched):
    """One metric."""

    metric: MeasuredMetric
    period: int

    @property
    def metrics(self) -> Sequence[Metric]:
        return (self.metric.metric,)

    @property
    def facts(self) -> Mapping[str, Any]:
        unit = {"unit": self.metric.unit} if self.metric.unit else {}
        return {**unit, "statistic": self.metric.statistic}

    def values(self, tx: Snapshot, span: Span) -> Mapping[int, Value]:
        compute = statistic(self.metric.statistic)

        def value(measured: Measured) -> Value:
            return Value(None if compute is None else compute(measured), measured.samples)

        return {start: value(measured) for start, measured in self.metric.measured(tx, span).items()}


@dataclass(frozen=True, slots=True)
class WatchedExpression(Watched):
    """The expression of metric math that an alarm's `Metrics` return."""

    scope: Scope
    queries: MetricQueries
    query_id: str
    period: int

    @property
    def metrics(self) -> Sequence[Metric]:
        return tuple(each.metric for each in self.queries.metrics.values())

    @property
    def facts(self) -> Mapping[str, Any]:
        return {}

    @property
    def makes_values(self) -> bool:
        return any(
            name in _MAKING_VALUES
            for expression in self.queries.expressions.values()
            for name in expression.calls()
        )

    def values(self, tx: Snapshot, span: Span) -> Mapping[int, Value]:
        (series,) = self.queries.over(tx, self.scope, span).of(self.query_id)
        return {start * 1000: Value(value, 0.0) for start, value in series.points.items()}


def watched_by(scope: Scope, body: Mapping[str, Any]) -> Watched:
    """What an alarm watches, from the parameters of PutMetricAlarm, which are valid."""
    queries = body.get("Metrics")
    if not queries:
        stat = {"Metric": body, "Stat": body.get("Statistic") or body["ExtendedStatistic"]}
        stat |= {"Period": body["Period"], "Unit": body.get("Unit")}
        return WatchedMetric(MeasuredMetric.of(scope, stat), body["Period"])
    returned = next(each for each in queries if each.get("ReturnData", True))
    if returned.get("MetricStat"):
        return WatchedMetric(
            MeasuredMetric.of(scope, returned["MetricStat"]), returned["MetricStat"]["Period"]
        )
    read = MetricQueries.of(_OPERATION, scope, queries)
    (series,) = read.without_data().of(returned["Id"])
    return WatchedExpression(scope, read, returned["Id"], series.period)
