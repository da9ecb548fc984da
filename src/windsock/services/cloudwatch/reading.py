"""Series of datapoints: what was measured, by period, from one instant to another."""

from __future__ import annotations

from collections import defaultdict

from windsock.services.cloudwatch.metric_data_rows import measured_between
from windsock.services.cloudwatch.metric_names import Metric
from windsock.services.cloudwatch.statistics import Measured
from windsock.store.transaction import Snapshot


def series(
    tx: Snapshot,
    metric: Metric,
    first_ms: int,
    end_ms: int,
    period_s: int,
    *,
    unit: str | None = None,
    aligned_ms: int = 0,
) -> dict[tuple[int, str], Measured]:
    """The periods that hold data, by their start and unit.

    Periods begin at multiples of the period, counted from `aligned_ms`.
    """
    found: defaultdict[tuple[int, str], Measured] = defaultdict(Measured)
    length = period_s * 1000
    for start_ms, its_unit, measured in measured_between(tx, metric, first_ms, end_ms, unit):
        begins = start_ms - (start_ms - aligned_ms) % length
        found[begins, its_unit].add(measured)
    return dict(found)
