"""`at(yyyy-mm-ddThh:mm:ss)`: one instant, given as the time on the clocks of a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from windsock.languages.schedules.zones import first_instant_of

_BODY: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AtSchedule:
    """Fires once, at `instant` (UTC); never when the zone's clocks skip that time."""

    instant: datetime | None

    def next_after(self, instant: datetime, anchor: datetime | None = None) -> datetime | None:
        """The one firing when it lies strictly after `instant`, else None."""
        return self.instant if self.instant is not None and self.instant > instant else None


def parse_at(body: str, zone: tzinfo) -> AtSchedule:
    """Read what stands inside `at(...)`; ValueError when it is no date and time."""
    if _BODY.fullmatch(body) is None:
        raise ValueError("a one-time schedule is at(yyyy-mm-ddThh:mm:ss)")
    return AtSchedule(first_instant_of(datetime.fromisoformat(body), zone))
