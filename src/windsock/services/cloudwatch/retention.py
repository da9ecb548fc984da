"""Datapoints are rolled up to longer periods as they grow old, and removed in the end; metrics follow.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope
from windsock.services.cloudwatch.limits import KEPT, LISTED_MS
from windsock.services.cloudwatch.metric_data_rows import measure, measured_of
from windsock.services.cloudwatch.metric_names import Metric
from windsock.services.cloudwatch.tables import datapoints, metrics
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

KIND: Final = "cloudwatch.retention"
_EVERYWHERE: Final = Scope("", "")
_HOUR_MS: Final = 3_600_000
_PAUSE_MS: Final = 50

_OLDEST = Statement(
    sa.select(sa.func.min(datapoints.c.start_ms)).where(datapoints.c.seconds == sa.bindparam("of_seconds"))
)
_OLD = Statement(
    sa.select(datapoints)
    .where(
        datapoints.c.seconds == sa.bindparam("of_seconds"), datapoints.c.start_ms < sa.bindparam("limit_ms")
    )
    .limit(sa.bindparam("most"))
)
_REMOVE = Statement(
    sa.delete(datapoints).where(
        *(
            datapoints.c[name] == sa.bindparam(f"of_{name}")
            for name in (
                "account",
                "region",
                "namespace",
                "name",
                "dimensions",
                "unit",
                "seconds",
                "start_ms",
            )
        )
    )
)
_FORGET_METRICS = Statement(sa.delete(metrics).where(metrics.c.latest_ms < sa.bindparam("limit_ms")))


def arm_retention(engine: Engine, tx: Transaction) -> None:
    """Have datapoints looked after in the hour after the first has grown old, if there are any."""
    due = [
        oldest + kept_s * 1000
        for seconds, kept_s in KEPT
        if (oldest := tx.scalar(_OLDEST, {"of_seconds": seconds})) is not None
    ]
    if due:
        engine.timers.set(tx, _EVERYWHERE, KIND, "", (min(due) // _HOUR_MS + 1) * _HOUR_MS)


@timer_kind
class DatapointRetention(TimerKind):
    """Rolls a chunk of each period up; the next one soon after if there is more."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        now = engine.clock.now_ms()
        longer = [seconds for seconds, _ in KEPT[1:]]
        full = False
        for (seconds, kept_s), into in zip(KEPT, [*longer, None], strict=True):
            old = tx.rows(
                _OLD, {"of_seconds": seconds, "limit_ms": now - kept_s * 1000, "most": RETENTION_CHUNK}
            )
            full = full or len(old) == RETENTION_CHUNK
            for row in old:
                _retire(tx, row, into)
        tx.execute(_FORGET_METRICS, {"limit_ms": now - LISTED_MS})
        if full:
            engine.timers.set(tx, _EVERYWHERE, KIND, "", now + _PAUSE_MS)
        else:
            arm_retention(engine, tx)


def _retire(tx: Transaction, row: Row, into: int | None) -> None:
    names = ("account", "region", "namespace", "name", "dimensions", "unit", "seconds", "start_ms")
    tx.execute(_REMOVE, {f"of_{name}": getattr(row, name) for name in names})
    if into is not None:
        metric = Metric(Scope(row.account, row.region), row.namespace, row.name, row.dimensions)
        measure(tx, metric, row.unit, into, row.start_ms, measured_of(row))
