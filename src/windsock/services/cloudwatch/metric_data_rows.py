"""Writing and reading what was measured.

windsock's own measurements (`engine_metric_minutes`) are read along with what PutMetricData put in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import orjson
import sqlalchemy as sa

from windsock.engine.tables import metric_minutes
from windsock.services.cloudwatch.metric_names import Metric
from windsock.services.cloudwatch.statistics import Measured
from windsock.services.cloudwatch.tables import datapoints, metrics
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_METRIC: Final = tuple(
    datapoints.c[name] == sa.bindparam(name)
    for name in ("account", "region", "namespace", "name", "dimensions")
)
_FIND: Final = Statement(
    sa.select(datapoints).where(
        *_OF_METRIC,
        datapoints.c.unit == sa.bindparam("unit"),
        datapoints.c.seconds == sa.bindparam("seconds"),
        datapoints.c.start_ms == sa.bindparam("start_ms"),
    )
)
_PUT: Final = Statement(upsert(datapoints, "samples", "total", "smallest", "largest", "spread"))
_PUT_METRIC: Final = Statement(upsert(metrics, "latest_ms"))
_LATEST: Final = Statement(
    sa.select(metrics.c.latest_ms).where(
        *(
            metrics.c[name] == sa.bindparam(name)
            for name in ("account", "region", "namespace", "name", "dimensions")
        )
    )
)
_BETWEEN: Final = Statement(
    sa.select(datapoints).where(
        *_OF_METRIC,
        datapoints.c.start_ms >= sa.bindparam("first"),
        datapoints.c.start_ms < sa.bindparam("end"),
    )
)
_OWN_BETWEEN: Final = Statement(
    sa.select(metric_minutes).where(
        *(
            metric_minutes.c[name] == sa.bindparam(name)
            for name in ("account", "region", "namespace", "name", "dimensions")
        ),
        metric_minutes.c.minute_ms >= sa.bindparam("first"),
        metric_minutes.c.minute_ms < sa.bindparam("end"),
    )
)

# The unit of what windsock counts itself.
_COUNT: Final = "Count"


def measure(
    tx: Transaction, metric: Metric, unit: str, seconds: int, time_ms: int, measured: Measured
) -> None:
    """Add to what was measured in the period of `seconds` that holds the instant."""
    start_ms = time_ms - time_ms % (seconds * 1000)
    key = {**metric.columns, "unit": unit, "seconds": seconds, "start_ms": start_ms}
    row = tx.row(_FIND, key)
    if row is not None:
        before = measured_of(row)
        before.add(measured)
        measured = before
    tx.execute(_PUT, {**key, **_columns(measured)})
    tx.execute(_PUT_METRIC, {**metric.columns, "latest_ms": max(time_ms, latest_ms(tx, metric))})


def measured_between(
    tx: Snapshot, metric: Metric, first_ms: int, end_ms: int, unit: str | None = None
) -> Iterable[tuple[int, str, Measured]]:
    """What was measured from `first_ms` to before `end_ms`: start, unit and sums of each period there is."""
    span = {**metric.columns, "first": first_ms, "end": end_ms}
    for row in tx.rows(_BETWEEN, span):
        if unit in (None, row.unit):
            yield row.start_ms, row.unit, measured_of(row)
    if unit in (None, _COUNT):
        for row in tx.rows(_OWN_BETWEEN, span):
            spread = {row.largest: row.samples} if row.smallest == row.largest else None
            yield row.minute_ms, _COUNT, Measured(row.samples, row.total, row.smallest, row.largest, spread)


def latest_ms(tx: Snapshot, metric: Metric) -> int:
    """The time of the latest data that was put in; it may lie ahead."""
    return tx.scalar(_LATEST, metric.columns) or 0


def measured_of(row: Row) -> Measured:
    """The sums of a row."""
    spread = {float(value): count for value, count in orjson.loads(row.spread)} if row.spread else None
    return Measured(row.samples, row.total, row.smallest, row.largest, spread)


def _columns(measured: Measured) -> dict[str, float | str]:
    spread = "" if measured.spread is None else orjson.dumps(list(measured.spread.items())).decode()
    return {
        "samples": measured.samples,
        "total": measured.total,
        "smallest": measured.smallest,
        "largest": measured.largest,
        "spread": spread,
    }
