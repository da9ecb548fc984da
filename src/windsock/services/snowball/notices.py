"""Messages to the topic of a job: of every state, or of those that the job names.

AWS documents that there are messages and not what they say; here they say it in the words of DescribeJob.
Source: https://docs.aws.amazon.com/snowball/latest/api-reference/API_Notification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.retries import as_target_error, backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.kernel.scope import Scope
from windsock.services.snowball.limits import NOTICE_ATTEMPTS
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

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
class Notice(TaskKind):
    """Sends one message."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        arn = parse_arn(data["to"])
        if arn is None:
            raise AwsError(f"{data['to']} is not a topic", code="InvalidParameter")
        await engine.call(
            "sns",
            "Publish",
            data["message"],
            caller=Caller.service(SERVICE, task.scope.account),
            scope=arn.scope,
            cause=f"task:{task.id}",
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        refused = isinstance(error, AwsError) and not as_target_error(error).retryable
        return None if refused or task.attempts >= NOTICE_ATTEMPTS else now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        log.warning("a topic did not take a message of Snowball", to=task.data()["to"], error=str(error))
