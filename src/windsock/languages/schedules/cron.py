"""`cron(minutes hours day-of-month month day-of-week year)`: the instants its six fields allow.

"Cron expressions reference" https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from windsock.languages.schedules.days import DayRule, parse_day_of_month, parse_day_of_week
from windsock.languages.schedules.fields import HOURS, MINUTES, MONTHS, YEARS
from windsock.languages.schedules.zones import first_instant_of

_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELD_COUNT: Final = 6

Days = tuple[int, ...]


class CronSchedule:
    """Fires at the start of every minute that all fields allow, on the clocks of a zone.

    A time that the zone's clocks skip does not fire; one that they show twice fires the first time only.
    """

    __slots__ = ("_day_rule", "_days", "_months", "_sorted_years", "_times", "_years", "_zone")

    def __init__(
        self,
        *,
        minutes: frozenset[int],
        hours: frozenset[int],
        days: DayRule,
        months: frozenset[int],
        years: frozenset[int],
        zone: tzinfo = UTC,
    ) -> None:
        # Minutes since midnight: finding the next time of day is one bisection.
        self._times = tuple(hour * 60 + minute for hour in sorted(hours) for minute in sorted(minutes))
        self._months = months
        self._years = years
        self._sorted_years = tuple(sorted(years))
        self._zone = zone
        self._day_rule = days
        # What the day field chooses hangs on a month's first weekday and length alone: 28 kinds of month,
        # each worked out when it is first met.
        self._days: dict[tuple[int, int], Days] = {}

    def next_after(self, instant: datetime, anchor: datetime | None = None) -> datetime | None:
        """The first firing strictly after `instant` (aware), in UTC; None when no year remains."""
        if self._zone is UTC:
            return self._next_wall(instant if instant.tzinfo is UTC else instant.astimezone(UTC))
        following = self._next_wall(instant.astimezone(self._zone).replace(tzinfo=None))
        while following is not None:
            fires = first_instant_of(following, self._zone)
            # In the hour that comes twice, later wall times can be instants already passed.
            if fires is not None and fires > instant:
                return fires
            following = self._next_wall(following)
        return None

    def _next_wall(self, wall: datetime) -> datetime | None:
        """The first time on the clocks strictly after `wall`, of whose zone nothing is asked."""
        days = self._days_of(wall.year, wall.month)
        position = bisect_left(days, wall.day)
        if position < len(days) and days[position] == wall.day:
            time = bisect_right(self._times, wall.hour * 60 + wall.minute)
            if time < len(self._times):
                return _at(wall, wall.year, wall.month, wall.day, self._times[time])
            position += 1
        if position < len(days):
            return _at(wall, wall.year, wall.month, days[position], self._times[0])
        for year, month in self._months_after(wall):
            if days := self._days_of(year, month):
                return _at(wall, year, month, days[0], self._times[0])
        return None

    def _days_of(self, year: int, month: int) -> Days:
        if month not in self._months or year not in self._years:
            return ()
        leap_day = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        kind = (date(year, month, 1).isoweekday() % 7 + 1, _MONTH_LENGTHS[month - 1] + leap_day)
        days = self._days.get(kind)
        if days is None:
            days = self._days[kind] = tuple(self._day_rule(*kind))
        return days

    def _months_after(self, wall: datetime) -> Iterator[tuple[int, int]]:
        for year in self._sorted_years[bisect_left(self._sorted_years, wall.year) :]:
            for month in range(1, 13):
                if month in self._months and (year, month) > (wall.year, wall.month):
                    yield year, month


def _at(wall: datetime, year: int, month: int, day: int, time: int) -> datetime:
    return wall.replace(
        year=year, month=month, day=day, hour=time // 60, minute=time % 60, second=0, microsecond=0
    )


def parse_cron(body: str, zone: tzinfo) -> CronSchedule:
    """Read what stands inside `cron(...)`; ValueError names the field that is wrong."""
    texts = body.split()
    if len(texts) != _FIELD_COUNT or body != body.strip():
        raise ValueError("a cron expression has six fields separated by white space")
    minutes, hours, day_of_month, month, day_of_week, year = texts
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ValueError("exactly one of day-of-month and day-of-week must be ?")
    days = parse_day_of_week(day_of_week) if day_of_month == "?" else parse_day_of_month(day_of_month)
    return CronSchedule(
        minutes=MINUTES.parse(minutes),
        hours=HOURS.parse(hours),
        days=days,
        months=MONTHS.parse(month),
        years=YEARS.parse(year),
        zone=zone,
    )
