"""`rate(value unit)`: every so many minutes, hours or days, counted from an anchor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_BODY: Final = re.compile(r"(?P<value>[0-9]{1,9}) (?P<unit>minute|hour|day)(?P<plural>s?)", re.ASCII)
_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """Fires at anchor + period, anchor + 2 periods, and so on.

    A day is 24 hours, whatever the clocks do: "days represents a 24-hour duration on the clock".
    """

    period: timedelta

    def next_after(self, instant: datetime, anchor: datetime | None = None) -> datetime | None:
        """The first firing strictly after `instant`, in UTC; ValueError without the anchor it counts from."""
        if anchor is None:
            raise ValueError("a rate counts from an anchor: pass the instant at which the schedule began")
        if instant < anchor:
            instant = anchor
        periods_passed = (instant - anchor) // self.period
        try:
            return (anchor + (periods_passed + 1) * self.period).astimezone(UTC)
        except OverflowError:
            return None


def parse_rate(body: str) -> RateSchedule:
    """Read what stands inside `rate(...)` of a rule: one minute, but five minutes."""
    return _parse(body, number_must_agree=True)


def parse_scheduler_rate(body: str) -> RateSchedule:
    """Read what stands inside `rate(...)` of Scheduler, which takes either number of the unit."""
    return _parse(body, number_must_agree=False)


def _parse(body: str, *, number_must_agree: bool) -> RateSchedule:
    match = _BODY.fullmatch(body)
    if match is None:
        raise ValueError("a rate is a positive number, one space, and minute(s), hour(s) or day(s)")
    value = int(match["value"])
    if value == 0:
        raise ValueError("the value of a rate must be positive")
    if number_must_agree and (value == 1) == bool(match["plural"]):
        raise ValueError("the unit is singular for 1 and plural for more")
    return RateSchedule(value * _UNITS[match["unit"]])
