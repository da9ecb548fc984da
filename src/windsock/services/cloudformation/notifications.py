"""Messages to the topics of a stack, one for each of its events.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stack.html
and https://repost.aws/knowledge-center/cloudformation-rollback-email, which shows the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.retries import as_target_error, backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import iso_milliseconds
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.cloudformation.callers import SERVICE, caller_of
from windsock.services.cloudformation.limits import NOTICE_ATTEMPTS
from windsock.services.cloudformation.stack import Stack
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND: Final = "cloudformation.notice"
_SUBJECT: Final = "AWS CloudFormation Notification"
_MEMBERS: Final = (
    "LogicalResourceId",
    "PhysicalResourceId",
    "ResourceProperties",
    "ResourceStatus",
    "ResourceStatusReason",
    "ResourceType",
    "StackName",
    "ClientRequestToken",
)


def notify(engine: Engine, tx: Transaction, stack: Stack, event: Mapping[str, Any]) -> None:
    """Have the topics of a stack told of an event."""
    if not stack.settings.notification_arns or stack.operation is None:
        return
    told = {
        "StackId": stack.arn,
        "Timestamp": iso_milliseconds(event["Timestamp"]),
        "EventId": event["EventId"],
        **{name: event.get(name, "") for name in _MEMBERS},
        "Namespace": stack.scope.account,
        "PrincipalId": caller_of(stack, stack.operation.caller).principal,
    }
    text = "".join(f"{name}='{value}'\n" for name, value in told.items())
    for topic in stack.settings.notification_arns:
        message = {"TopicArn": topic, "Subject": _SUBJECT, "Message": text}
        payload = orjson.dumps({"to": topic, "message": message})
        engine.tasks.add(tx, stack.scope, kind=KIND, lane=topic, payload=payload, ordered=True)


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
        log.warning("a topic did not take a message of a stack", to=task.data()["to"], error=str(error))
