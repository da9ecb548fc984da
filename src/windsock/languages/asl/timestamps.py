"""Timestamps in texts: RFC 3339 as Step Functions takes it, `2016-03-14T01:59:00Z`.

`T` and `Z` are capitals. Source: "Timestamps" in https://states-language.net/spec.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_TIMESTAMP: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d(?::\d\d)?)", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS_PER_SECOND: Final = 1_000_000_000


def parse_timestamp(text: str) -> int | None:
    """The instant in nanoseconds since 1970, or None when the text is no timestamp."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    try:
        since_epoch = datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00")) - _EPOCH
    except (ValueError, OverflowError):
        return None
    seconds = since_epoch.days * 86_400 + since_epoch.seconds
    return seconds * _NANOSECONDS_PER_SECOND + int((match[2] or "").ljust(9, "0"))
