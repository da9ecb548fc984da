"""When a schedule of EventBridge fires: `rate(...)`, `cron(...)` and, for Scheduler, `at(...)`.

    schedule = parse("cron(0/5 9-17 ? * MON-FRI *)")
    schedule.next_after(datetime(2026, 1, 2, 17, 55, tzinfo=UTC))   # Monday 2026-01-05 09:00 UTC

Sources: "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge"
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html and "Schedule types
in EventBridge Scheduler" https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from windsock.languages.schedules.at import AtSchedule
from windsock.languages.schedules.cron import CronSchedule
from windsock.languages.schedules.errors import InvalidSchedule
from windsock.languages.schedules.expressions import Schedule, parse, parse_scheduler
from windsock.languages.schedules.rate import RateSchedule

__all__ = [
    "AtSchedule",
    "CronSchedule",
    "InvalidSchedule",
    "RateSchedule",
    "Schedule",
    "parse",
    "parse_scheduler",
]
