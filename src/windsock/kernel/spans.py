"""Spans of time as people write them: `90s`, `5m`, `2h`, `30d`, `1d12h`."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def seconds_of(span: str) -> float:
    """The seconds of a span; a bare number means seconds. Raises ValueError."""
    parts = _PART.findall(span)
    if not parts or _PART.sub("", span).strip():
        raise ValueError(f"{span!r} is no span of time; write 90s, 5m, 2h, 30d or 1d12h")
    return sum(float(number) * _SECONDS[unit or "s"] for number, unit in parts)
