"""A metric with a statistic and a period, as a MetricStat says it, and its time series.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from windsock.kernel.scope import Scope
from windsock.languages.metric_math import Series
from windsock.services.cloudwatch.metric_names import Metric, metric_of
from windsock.services.cloudwatch.reading import series
from windsock.services.cloudwatch.statistics import Measured, statistic
from windsock.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to before another; periods begin at `aligned_ms` and at multiples from there."""

    first_ms: int
    end_ms: int
    aligned_ms: int = 0


@dataclass(frozen=True, slots=True)
class MeasuredMetric:
    """A query for a metric."""

    metric: Metric
    statistic: str
    unit: str | None
    period: int
    label: str

    @classmethod
    def of(cls, scope: Scope, stat: Mapping[str, Any], label: str = "") -> MeasuredMetric:
        """From a MetricStat."""
        named = stat["Metric"]
        metric = metric_of(
            scope, named.get("Namespace", ""), named.get("MetricName", ""), named.get("Dimensions") or []
        )
        return cls(metric, stat["Stat"], stat.get("Unit"), stat["Period"], label or metric.name)

    def measured(self, tx: Snapshot, span: Span) -> dict[int, Measured]:
        """What was measured, by the millisecond in which a period begins."""
        length = self.period * 1000
        first = span.first_ms - (span.first_ms - span.aligned_ms) % length
        found: dict[int, Measured] = {}
        data = series(
            tx, self.metric, first, span.end_ms, self.period, unit=self.unit, aligned_ms=span.aligned_ms
        )
        for (start, _), measured in sorted(data.items()):
            found.setdefault(start, Measured()).add(measured)
        return found

    def series(self, tx: Snapshot, span: Span) -> Series:
        """Its time series."""
        compute = statistic(self.statistic)
        points = {
            start // 1000: value
            for start, measured in self.measured(tx, span).items()
            if compute is not None and (value := compute(measured)) is not None
        }
        return Series(points, self.period, self.label, is_metric=True)
