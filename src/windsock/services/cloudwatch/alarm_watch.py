"""When alarms are evaluated.

An alarm has a timer while there is something to look at: data came in, or may still be missed. One whose
metrics have been silent for all of its evaluation range is left alone until data comes in; one on a metric
that windsock counts itself, or on an expression that has values without data, is always looked at.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from windsock.engine.engine import Engine
from windsock.kernel.scope import Scope
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_settings import AlarmSettings
from windsock.services.cloudwatch.metric_names import Metric
from windsock.store.transaction import Snapshot, Transaction

KIND: Final = "cloudwatch.alarm"


class AlarmWatch:
    """Which alarms watch which metric, in memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._alarms: dict[Metric, list[tuple[str, int]]] | None = None

    def changed(self, tx: Transaction) -> None:
        """Have the alarms read again once this transaction is on disk."""
        tx.after_commit(self._forget)

    def measured(self, tx: Transaction, metric: Metric) -> None:
        """Have the alarms on a metric evaluated soon, because data came in."""
        if self._alarms is None:
            self._alarms = _read(tx)
        for name, step_ms in self._alarms.get(metric, ()):
            arm(self._engine, tx, metric.scope, name, step_ms)

    def _forget(self) -> None:
        self._alarms = None


def arm(engine: Engine, tx: Transaction, scope: Scope, name: str, step_ms: int) -> None:
    """Have an alarm evaluated at the next of its steps."""
    due = (engine.clock.now_ms() // step_ms + 1) * step_ms
    engine.timers.set(tx, scope, KIND, name, due)


def disarm(engine: Engine, tx: Transaction, scope: Scope, name: str) -> None:
    """Evaluate an alarm no more."""
    engine.timers.cancel(tx, scope, KIND, name)


def _read(tx: Snapshot) -> dict[Metric, list[tuple[str, int]]]:
    watching: defaultdict[Metric, list[tuple[str, int]]] = defaultdict(list)
    for row in alarm_rows.of_kind(tx, alarm_rows.METRIC):
        settings = AlarmSettings.of(alarm_rows.scope_of(row), alarm_rows.body_of(row))
        for metric in settings.watched.metrics:
            watching[metric].append((row.name, settings.step_ms))
    return dict(watching)
