"""What of the configuration the engine and the rooms look at, with the defaults tests run under."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.kernel.limits import JOURNAL_KEEP_EVENTS, JOURNAL_KEEP_HOURS


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`endpoint` is where windsock is reached; `smtp_url` (empty: mails are kept) where mail goes.

    `rules_per_bus` raises AWS's quota of 300; the `journal_*` values bound what is kept of events.
    """

    endpoint: str = "http://localhost:4566"
    smtp_url: str = ""
    rules_per_bus: int = 300
    journal_keep_hours: int = JOURNAL_KEEP_HOURS
    journal_keep_events: int = JOURNAL_KEEP_EVENTS
