"""Messages to the topic of a job: of every state, or of those that the job names.

AWS documents that there are messages and not what they say; here they say it in the words of DescribeJob.
Source: https://docs.aws.amazon.com/snowball/latest/api-reference/API_Notification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.tasks import task_kind
from windsock.engine.topic_notices import TopicNotice
from windsock.kernel.scope import Scope
from windsock.services.snowball.limits import NOTICE_ATTEMPTS
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "snowball.notice"
SERVICE: Final = "importexport.amazonaws.com"


def notify(
    engine: Engine, tx: Transaction, scope: Scope, job: str, state: str, settings: Mapping[str, Any]
) -> None:
    """Have the topic of a job told that it came into a state, if it wants to know."""
    wanted = settings.get("Notification") or {}
    topic = wanted.get("SnsTopicARN")
    if topic is None or not (wanted.get("NotifyAll") or state in (wanted.get("JobStatesToNotify") or ())):
        return
    told = {
        "JobId": job,
        "JobState": state,
        "JobType": settings["JobType"],
        "Description": settings.get("Description", ""),
        "Resources": settings["Resources"],
    }
    message = {
        "TopicArn": topic,
        "Subject": f"AWS Snowball job {job}: {state}",
        "Message": orjson.dumps(told).decode(),
    }
    engine.tasks.add(
        tx,
        scope,
        kind=KIND,
        lane=topic,
        payload=orjson.dumps({"to": topic, "message": message}),
        ordered=True,
    )


@task_kind
class Notice(TopicNotice):
    """Sends one message."""

    name = KIND
    service = SERVICE
    most_attempts = NOTICE_ATTEMPTS
