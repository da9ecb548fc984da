"""Maintenance windows of databases and caches: `wed:06:38-wed:07:08`, in UTC.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
"""

from __future__ import annotations

from typing import Final

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE_MS: Final = 60_000
_WEEK_MS: Final = 7 * 24 * 60 * _MINUTE_MS
# 1970-01-05, a Monday.
_MONDAY_MS: Final = 4 * 24 * 60 * _MINUTE_MS


def seconds_until(window: str, now_ms: int) -> float:
    """How long it is until a window is open; 0 within it."""
    begin, end = (_in_week(text) for text in window.lower().split("-"))
    now = (now_ms - _MONDAY_MS) % _WEEK_MS
    if (now - begin) % _WEEK_MS < (end - begin) % _WEEK_MS:
        return 0
    return (begin - now) % _WEEK_MS / 1000


def _in_week(text: str) -> int:
    day, hour, minute = text.split(":")
    return ((_DAYS.index(day) * 24 + int(hour)) * 60 + int(minute)) * _MINUTE_MS
