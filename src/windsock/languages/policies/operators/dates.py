"""`DateEquals`, `DateLessThan` and their kin: ISO 8601 dates as the W3C note has them, or seconds since 1970.

Source: https://www.w3.org/TR/NOTE-datetime
"""

from __future__ import annotations

import math
import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone
from typing import Final

from windsock.languages.policies.ordering import register_comparisons

_EPOCH: Final = re.compile(r"\d{1,19}", re.ASCII)
_LATEST_EPOCH: Final = 2**63 - 1
_LEAP_YEAR: Final = 2000
_ISO: Final = re.compile(
    r"(-?\d{1,9})(?:-(\d\d?)(?:-(\d\d?))?)?"
    r"(?:[Tt](?:(\d\d?)(?::(\d\d?)(?::(\d\d?)(?:\.(\d{1,9}))?)?)?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


def instant_of(text: str) -> float | None:
    """Seconds since 1970 of a date, or None when `text` is none; infinite beyond the years 1 to 9999."""
    if _EPOCH.fullmatch(text):
        return float(text) if int(text) <= _LATEST_EPOCH else None
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    years, month, day, hour, minute, second, fraction, zone = found.groups()
    year = int(years)
    within = MINYEAR < year < MAXYEAR
    try:
        moment = datetime(
            year if within else _LEAP_YEAR,
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
            _zone(zone),
        )
    except ValueError:
        return None
    return moment.timestamp() if within else math.copysign(math.inf, year)


def _zone(text: str | None) -> timezone:
    if not text or text in "Zz":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:].lstrip(":") or 0))
    return timezone(-offset if text[0] == "-" else offset)


register_comparisons("Date", instant_of)
