"""From the time a clock on the wall shows to the instant it shows it.

"Schedule types in EventBridge Scheduler", Daylight savings time: a time that the clocks skip in spring is not
invoked; a time they show twice in autumn is invoked once.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def first_instant_of(wall: datetime, zone: tzinfo) -> datetime | None:
    """The first instant (UTC) at which clocks in `zone` show `wall` (naive); None when they never do."""
    try:
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        shown = instant.astimezone(zone)
    except OverflowError:
        return None
    return instant if shown.replace(tzinfo=None) == wall else None
