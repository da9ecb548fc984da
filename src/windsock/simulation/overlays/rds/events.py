"""An event of RDS, as it is published to topics and put on the bus.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.overview.html and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.sample.html
"""

from __future__ import annotations

from typing import Final, NamedTuple

import orjson

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_milliseconds
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.store.transaction import Transaction

_ABOUT_EVENTS: Final = "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html"


class _Source(NamedTuple):
    """How a type of source is named on the bus, and in the console."""

    detail_type: str
    type: str
    place: str


_SOURCES: Final = {
    "db-instance": _Source("RDS DB Instance Event", "DB_INSTANCE", "dbinstance:id"),
    "db-snapshot": _Source("RDS DB Snapshot Event", "SNAPSHOT", "snapshot:id"),
}


@on("rds.event")
def tell(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Publish an event to the topics of those who subscribe to it, and announce it."""
    facts, region = happening.facts, happening.scope.region
    source = _SOURCES[facts["source_type"]]
    now = iso_milliseconds(engine.clock.now_ms())
    place = f"rds/home?region={region}#{source.place}={facts['source']}"
    message = {
        "Event Source": facts["source_type"],
        "Event Time": now.rstrip("Z").replace("T", " "),
        "Identifier Link": f"https://console.aws.amazon.com/{place}",
        "Source ID": facts["source"],
        "Source ARN": facts["arn"],
        "Event ID": f"{_ABOUT_EVENTS}#{facts['id']}",
        "Event Message": facts["message"],
    }
    text = orjson.dumps(message).decode()
    for topic in facts["topics"]:
        notice = Notice("rds", topic, text, facts["arn"], "RDS Notification Message")
        notify(engine, tx, happening.scope, notice, happening.cause)
    detail = {
        "EventCategories": facts["categories"],
        "SourceType": source.type,
        "SourceArn": facts["arn"],
        "Date": now,
        "Message": facts["message"],
        "SourceIdentifier": facts["source"],
        "EventID": facts["id"],
    }
    event = PlatformEvent("aws.rds", source.detail_type, detail, [facts["arn"]])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
