"""Replication tasks: each step is followed by the next, and what it came to is told.

Source: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_EventBridge.html
"""

from __future__ import annotations

from typing import Final

import orjson

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import iso_milliseconds
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.simulation.overlays.dms.event_kinds import EVENT_KINDS
from windsock.simulation.overlays.dms.limits import STEP_SECONDS
from windsock.store.transaction import Transaction

_ABOUT_EVENTS: Final = "http://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html"


@on("dms.begun")
def begun(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A task is on its way into the next state."""
    facts = happening.facts
    change = Change("dms", facts["change"], {"task": facts["arn"]}, happening.cause)
    change_later(engine, tx, happening.scope, change, key=facts["arn"], seconds=STEP_SECONDS)


@on("dms.event")
def told(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Something of which the topics of subscribers, and the bus, are told."""
    facts, region = happening.facts, happening.scope.region
    kind, task = EVENT_KINDS[facts["event"]], facts["task"]
    number = f"DMS-EVENT-{kind.number:04}"
    now = iso_milliseconds(engine.clock.now_ms())
    home = f"https://console.aws.amazon.com/dms/home?region={region}"
    message = {
        "Event Source": "replication-task",
        "Event Time": now.rstrip("Z").replace("T", " "),
        # Both ends as DMS writes them.
        "Identifier Link": f"{home}#tasks:ids={task}\nSourceId: {task} ",
        "Event ID": f"{_ABOUT_EVENTS}#{number} ",
        "Event Message": facts["message"],
    }
    text = orjson.dumps(message).decode()
    for topic in facts["topics"]:
        notice = Notice("dms", topic, text, facts["arn"], "DMS Notification Message")
        notify(engine, tx, happening.scope, notice, happening.cause)
    detail = {
        "type": "REPLICATION_TASK",
        "category": kind.category_on_bus,
        "eventType": facts["event"],
        "eventId": number,
        "resourceLink": f"https://console.aws.amazon.com/dms/v2/home?region={region}#taskDetails/{task}",
        "detailMessage": facts["message"],
    }
    event = PlatformEvent("aws.dms", "DMS Replication Task State Change", detail, [facts["arn"]])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
