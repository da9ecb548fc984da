"""Evaluating a metric alarm at its step."""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.services.cloudwatch import alarm_rows
from windsock.services.cloudwatch.alarm_settings import AlarmSettings
from windsock.services.cloudwatch.alarm_states import set_state
from windsock.services.cloudwatch.alarm_watch import KIND, arm
from windsock.services.cloudwatch.evaluation import Datapoint, evaluate, periods_looked_at
from windsock.services.cloudwatch.metric_data_rows import latest_ms
from windsock.services.cloudwatch.reading import series
from windsock.services.cloudwatch.statistics import Measured, statistic
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
        if settings.always_watched or latest_ms(tx, settings.metric) >= points[-1].start_ms:
            arm(engine, tx, timer.scope, timer.key, settings.step_ms)


def _points(tx: Snapshot, settings: AlarmSettings, end_ms: int) -> list[Datapoint]:
    """The periods looked at, newest first; the newest ends at `end_ms`."""
    length, compute = settings.period * 1000, statistic(settings.statistic)
    starts = [end_ms - number * length for number in range(1, periods_looked_at(settings) + 1)]
    found: dict[int, Measured] = {}
    data = series(
        tx, settings.metric, starts[-1], end_ms, settings.period, unit=settings.unit, aligned_ms=end_ms
    )
    for (start, _), measured in data.items():
        found.setdefault(start, Measured()).add(measured)
    points = []
    for start in starts:
        measured_here = found.get(start)
        value = compute(measured_here) if measured_here is not None and compute is not None else None
        points.append(Datapoint(start, value, measured_here.samples if measured_here else 0.0))
    return points
