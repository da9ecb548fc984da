"""Crawls: that one began or ended is announced.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/event-types.html (Glue Crawler State Change)
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_seconds
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.glue.limits import CRAWL_SECONDS, STOPPING_SECONDS
from windsock.store.transaction import Transaction

_PASSING: Final = {"RUNNING": ("COMPLETED", CRAWL_SECONDS), "STOPPING": ("STOPPED", STOPPING_SECONDS)}
_TOLD: Final = {"RUNNING": "Started", "COMPLETED": "Succeeded"}

# What a crawl counts; here there is nothing to count.
_COUNTS: Final = (
    "tablesCreated",
    "tablesUpdated",
    "tablesDeleted",
    "partitionsCreated",
    "partitionsUpdated",
    "partitionsDeleted",
)


@on("glue.crawl")
def crawl_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A crawl came into a state."""
    facts, state = happening.facts, happening.facts["state"]
    if state in _PASSING:
        to, seconds = _PASSING[state]
        params = {"crawler": facts["crawler"], "crawl": facts["crawl"], "from": state, "to": to}
        change = Change("glue", "PassCrawl", params, happening.cause)
        change_later(engine, tx, happening.scope, change, key=f"crawl/{facts['crawl']}", seconds=seconds)
    if state in _TOLD:
        detail = {
            "accountId": happening.scope.account,
            "crawlerName": facts["crawler"],
            "state": _TOLD[state],
            "message": f"Crawler {_TOLD[state]}",
            **_members(happening, engine.clock.now_ms()),
        }
        event = PlatformEvent("aws.glue", "Glue Crawler State Change", detail)
        announce(engine, tx, happening.scope, [event], cause=happening.cause)


def _members(happening: Happening, now_ms: int) -> dict[str, Any]:
    started_ms = happening.facts["started_ms"]
    if happening.facts["state"] == "RUNNING":
        return {"startTime": iso_seconds(started_ms)}
    region, crawler = happening.scope.region, happening.facts["crawler"]
    log = f"logEventViewer:group=/aws-glue/crawlers;stream={crawler}"
    return {
        "warningMessage": "N/A",
        "runningTime (sec)": str((now_ms - started_ms) // 1000),
        "completionDate": iso_seconds(now_ms),
        "cloudWatchLogLink": f"https://console.aws.amazon.com/cloudwatch/home?region={region}#{log}",
        **dict.fromkeys(_COUNTS, "0"),
    }
