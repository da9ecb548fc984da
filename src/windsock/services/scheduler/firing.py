"""A schedule that is enabled has one timer; firing it makes one task and sets the next timer, all at once.

An occurrence that passed while windsock was down happens once, late, when it is back, if its retry policy
still lets it; those after it whose time has passed too are left out. Scheduler invokes at least once.
"""

from __future__ import annotations

import orjson

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.scheduler import schedule_rows
from windsock.services.scheduler.invoking import KIND as TARGET_KIND
from windsock.services.scheduler.names import schedule_arn
from windsock.services.scheduler.timetable import Occurrence, Timetable
from windsock.store.transaction import Transaction

KIND = "scheduler.schedule"
ENABLED = "ENABLED"


def arm(engine: Engine, tx: Transaction, scope: Scope, group: str, name: str) -> None:
    """Have the timer of a schedule follow what its row says now."""
    disarm(engine, tx, scope, group, name)
    row = schedule_rows.find(tx, scope, group, name)
    if row is None or row.state != ENABLED:
        return
    timetable = Timetable.of_row(row, schedule_arn(scope, group, name))
    _set(engine, tx, scope, f"{group}/{name}", timetable.first(engine.clock.now_ms()))


def disarm(engine: Engine, tx: Transaction, scope: Scope, group: str, name: str) -> None:
    """Remove the timer of a schedule; one that is not there is no error."""
    engine.timers.cancel(tx, scope, KIND, f"{group}/{name}")


def _set(engine: Engine, tx: Transaction, scope: Scope, key: str, occurrence: Occurrence | None) -> None:
    if occurrence is not None:
        payload = b'{"scheduled_ms":%d}' % occurrence.scheduled_ms
        engine.timers.set(tx, scope, KIND, key, occurrence.due_ms, payload)


@timer_kind
class ScheduleTimer(TimerKind):
    """Invokes the target of a schedule; after its last time the schedule may go."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        scope = timer.scope
        group, _, name = timer.key.partition("/")
        row = schedule_rows.find(tx, scope, group, name)
        if row is None:
            return
        arn = schedule_arn(scope, group, name)
        scheduled_ms = timer.data()["scheduled_ms"]
        target = orjson.loads(row.target)
        payload = {
            "schedule": arn,
            "group": group,
            "target": target,
            "scheduled_ms": scheduled_ms,
            "due_ms": timer.due_ms,
        }
        engine.tasks.add(
            tx,
            scope,
            kind=TARGET_KIND,
            lane=f"{TARGET_KIND}:{target['Arn']}",
            payload=orjson.dumps(payload),
            cause=f"schedule:{timer.key}",
        )
        following = Timetable.of_row(row, arn).following(scheduled_ms, engine.clock.now_ms())
        _set(engine, tx, scope, timer.key, following)
        if following is None and row.after_completion == "DELETE":
            schedule_rows.remove(tx, scope, group, name)
