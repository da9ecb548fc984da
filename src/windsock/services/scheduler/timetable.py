"""When a schedule is due: its expression on the clocks of its zone, its dates, and its time window.

- The first occurrence of a rate is its StartDate, without one the instant it was made.
- Occurrences before the StartDate or after the EndDate are left out; a one-time schedule has neither.
- A flexible time window moves an occurrence to some instant in the window. Which one follows from the
  schedule and the occurrence, so that a run on virtual time repeats itself.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html and
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from windsock.kernel.clock import to_datetime, to_ms
from windsock.languages.schedules import AtSchedule, RateSchedule, Schedule, parse_scheduler
from windsock.store.statements import Row

MINUTE_MS = 60_000


class UnknownZone(ValueError):
    """A name that is no time zone of the IANA database."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`scheduled_ms` is what the expression says, `due_ms` when it is to happen."""

    scheduled_ms: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a schedule, known as `identity`, is due."""

    identity: str
    schedule: Schedule
    begin_ms: int
    end_ms: int | None
    window_ms: int

    @classmethod
    def of_row(cls, row: Row, identity: str) -> Timetable:
        """The timetable of a row of `scheduler_schedules`."""
        return cls(
            identity,
            read_expression(row.expression, row.timezone),
            row.anchor_ms if row.start_ms is None else row.start_ms,
            row.end_ms,
            row.window_minutes * MINUTE_MS,
        )

    def first(self, now_ms: int) -> Occurrence | None:
        """The first occurrence that is due now or later."""
        found = self._after(now_ms - self.window_ms - 1)
        while found is not None and found.due_ms < now_ms:
            found = self._after(found.scheduled_ms)
        return found

    def following(self, scheduled_ms: int, now_ms: int) -> Occurrence | None:
        """The occurrence after one that has just happened; those whose window has passed are left out."""
        return self._after(max(scheduled_ms, now_ms - self.window_ms - 1))

    def _after(self, instant_ms: int) -> Occurrence | None:
        scheduled_ms = self._scheduled_after(instant_ms)
        if scheduled_ms is None:
            return None
        offset = (
            zlib.crc32(f"{self.identity}@{scheduled_ms}".encode()) % self.window_ms if self.window_ms else 0
        )
        return Occurrence(scheduled_ms, scheduled_ms + offset)

    def _scheduled_after(self, instant_ms: int) -> int | None:
        schedule = self.schedule
        if isinstance(schedule, AtSchedule):
            once = schedule.next_after(to_datetime(instant_ms))
            return None if once is None else to_ms(once)
        begin = to_datetime(self.begin_ms)
        anchor = begin - schedule.period if isinstance(schedule, RateSchedule) else begin
        found = schedule.next_after(to_datetime(max(instant_ms, self.begin_ms - 1)), anchor)
        if found is None or (self.end_ms is not None and to_ms(found) > self.end_ms):
            return None
        return to_ms(found)


@lru_cache(maxsize=1024)
def read_expression(expression: str, zone: str) -> Schedule:
    """The schedule that an expression means in a zone. Raises InvalidSchedule, UnknownZone."""
    return parse_scheduler(expression, _zone(zone))


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        # zoneinfo looks names up as files, and fails as files do: no such one, a folder, a broken one.
        raise UnknownZone(name) from error
