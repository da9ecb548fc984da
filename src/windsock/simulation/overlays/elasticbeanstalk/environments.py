"""Environments: each event goes to the bus, changes of health also to the environment's topic.

Sources: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.sns.html and
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.eventbridge.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.simulation.overlays.elasticbeanstalk.limits import SECONDS
from windsock.store.transaction import Transaction

_SUBJECT: Final = "AWS Elastic Beanstalk Notification - "
_LONGEST_SUBJECT: Final = 100


@on("elasticbeanstalk.begun")
def begun(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Something is done to an environment."""
    facts = happening.facts
    change = Change("elasticbeanstalk", "PassEnvironment", facts, happening.cause)
    change_later(engine, tx, happening.scope, change, key=facts["id"], seconds=SECONDS[facts["doing"]])


@on("elasticbeanstalk.event")
def told(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An event of an environment."""
    facts, now_ms = happening.facts, engine.clock.now_ms()
    detail = {
        "Status": facts["status"],
        "EventDate": now_ms,
        "ApplicationName": facts["application"],
        "Message": facts["message"],
        "EnvironmentName": facts["environment"],
        "Severity": "INFO",
    }
    kind = "Health status change" if facts["of_health"] else "Elastic Beanstalk resource status change"
    event = PlatformEvent("aws.elasticbeanstalk", kind, detail, [facts["arn"]])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
    if facts["of_health"] and facts["topic"]:
        notice = Notice(
            "elasticbeanstalk",
            facts["topic"],
            _text(facts, now_ms),
            about=facts["arn"],
            subject=_subject(facts),
        )
        notify(engine, tx, happening.scope, notice, happening.cause)


def _text(facts: Mapping[str, Any], now_ms: int) -> str:
    return "\n".join(
        (
            f"Timestamp: {to_datetime(now_ms):%a %b %d %H:%M:%S} UTC {to_datetime(now_ms):%Y}",
            f"Message: {facts['message']}",
            "",
            f"Environment: {facts['environment']}",
            f"Application: {facts['application']}",
            "",
            f"Environment URL: {facts['url']}",
            f"NotificationProcessId: {uuid4()}",
        )
    )


def _subject(facts: Mapping[str, Any]) -> str:
    subject = f"{_SUBJECT}{facts['message']}"
    return subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[: _LONGEST_SUBJECT - 3]}..."
