"""Evaluating a metric alarm at its step."""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_settings import AlarmSettings
from windsock.services.cloudwatch.alarm_states import set_state
from windsock.services.cloudwatch.alarm_watch import KIND, arm
from windsock.services.cloudwatch.evaluation import Datapoint, evaluate, periods_looked_at
from windsock.services.cloudwatch.measured_metrics import Span
from windsock.services.cloudwatch.metric_data_rows import latest_ms
from windsock.services.cloudwatch.watched import Value
from windsock.store.transaction import Snapshot, Transaction


@timer_kind
class AlarmTimer(TimerKind):
    """Looks at an alarm's datapoints and sets its state."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        row = alarm_rows.find(tx, timer.scope, timer.key)
        if row is None or row.kind != alarm_rows.METRIC:
            return
        settings = AlarmSettings.of(timer.scope, alarm_rows.body_of(row))
        now = engine.clock.now_ms()
        points = _points(tx, settings, now - now % settings.step_ms)
        verdict = evaluate(settings, points, now)
        if verdict.state is not None and verdict.state != row.state:
            set_state(engine, tx, row, verdict.state, verdict.reason, verdict.reason_data)
        if _goes_on(tx, settings, points[-1].start_ms):
            arm(engine, tx, timer.scope, timer.key, settings.step_ms)


def _goes_on(tx: Snapshot, settings: AlarmSettings, oldest_ms: int) -> bool:
    """Whether there may be something to look at: data, or values that are made without any."""
    metrics = settings.watched.metrics
    counted_here = any(metric.namespace.startswith("AWS/") for metric in metrics)
    return (
        counted_here
        or settings.watched.makes_values
        or any(latest_ms(tx, metric) >= oldest_ms for metric in metrics)
    )


def _points(tx: Snapshot, settings: AlarmSettings, end_ms: int) -> list[Datapoint]:
    """The periods looked at, newest first; the newest ends at `end_ms`."""
    length = settings.period * 1000
    starts = [end_ms - number * length for number in range(1, periods_looked_at(settings) + 1)]
    values = settings.watched.values(tx, Span(starts[-1], end_ms, aligned_ms=end_ms))
    return [Datapoint(start, *values.get(start, Value(None, 0.0))) for start in starts]
