"""The two day fields of a cron expression: which days of a month they choose.

Whatever they say, `L`, `W` and `#` included, the answer hangs on two things only: the weekday a month begins
with and its length. A rule for days is a function of these two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from windsock.languages.schedules.fields import DAYS_OF_MONTH, DAYS_OF_WEEK

# (weekday of the 1st, 1 = Sunday to 7 = Saturday; number of days) -> the days chosen, in order
DayRule = Callable[[int, int], list[int]]

_SATURDAY: Final = 7
_SUNDAY: Final = 1
_MOST_DAYS: Final = 31
_LAST_BUT: Final = re.compile(r"L-(?P<days>\d{1,2})(?P<weekday>W?)", re.ASCII)
_NEAREST_WEEKDAY: Final = re.compile(r"(?P<day>\d{1,2})W", re.ASCII)
_LAST_OF_KIND: Final = re.compile(r"(?P<weekday>[1-7]|[A-Z]{3})L", re.ASCII)
_NTH_OF_KIND: Final = re.compile(r"(?P<weekday>[1-7]|[A-Z]{3})#(?P<nth>[1-5])", re.ASCII)


def parse_day_of_month(text: str) -> DayRule:
    """A day-of-month field other than `?`: numbers, `L`, `L-n`, `LW`, `nW`."""
    text = text.upper()
    if text == "L":
        return _last_but(0)
    if text == "LW":
        return _nearest_weekday_to_last(0)
    if (last_but := _LAST_BUT.fullmatch(text)) is not None:
        days = int(last_but["days"])
        if days >= _MOST_DAYS:
            raise ValueError(f"day-of-month: {text!r} is before the month")
        return _nearest_weekday_to_last(days) if last_but["weekday"] else _last_but(days)
    if (nearest := _NEAREST_WEEKDAY.fullmatch(text)) is not None:
        return _nearest_weekday_to(DAYS_OF_MONTH.number(nearest["day"]))
    wanted = sorted(DAYS_OF_MONTH.parse(text))
    return lambda _first, length: [day for day in wanted if day <= length]


def parse_day_of_week(text: str) -> DayRule:
    """A day-of-week field other than `?`: numbers, names, `L` (Saturday), `nL` (last), `n#k` (the k-th)."""
    text = text.upper()
    if text == "L":
        return _any_of(frozenset({_SATURDAY}))
    if (last := _LAST_OF_KIND.fullmatch(text)) is not None:
        return _last_weekday(DAYS_OF_WEEK.number(last["weekday"]))
    if (nth := _NTH_OF_KIND.fullmatch(text)) is not None:
        return _nth_weekday(DAYS_OF_WEEK.number(nth["weekday"]), int(nth["nth"]))
    return _any_of(DAYS_OF_WEEK.parse(text))


def _weekday_of(day: int, first: int) -> int:
    return (first + day - 2) % 7 + 1


def _first_such(weekday: int, first: int) -> int:
    """The first day of the month that is this weekday."""
    return (weekday - first) % 7 + 1


def _last_but(days: int) -> DayRule:
    return lambda _first, length: [length - days] if days < length else []


def _nearest_weekday(day: int, first: int, length: int) -> int:
    """The day from Monday to Friday nearest to `day` that lies in the same month."""
    weekday = _weekday_of(day, first)
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == _SUNDAY:
        return day + 1 if day < length else day - 2
    return day


def _nearest_weekday_to(day: int) -> DayRule:
    return lambda first, length: [_nearest_weekday(day, first, length)] if day <= length else []


def _nearest_weekday_to_last(days: int) -> DayRule:
    def rule(first: int, length: int) -> list[int]:
        return [_nearest_weekday(length - days, first, length)] if days < length else []

    return rule


def _any_of(weekdays: frozenset[int]) -> DayRule:
    def rule(first: int, length: int) -> list[int]:
        return sorted(
            day for weekday in weekdays for day in range(_first_such(weekday, first), length + 1, 7)
        )

    return rule


def _nth_weekday(weekday: int, nth: int) -> DayRule:
    def rule(first: int, length: int) -> list[int]:
        day = _first_such(weekday, first) + 7 * (nth - 1)
        return [day] if day <= length else []

    return rule


def _last_weekday(weekday: int) -> DayRule:
    def rule(first: int, length: int) -> list[int]:
        earliest = _first_such(weekday, first)
        return [earliest + 7 * ((length - earliest) // 7)]

    return rule
