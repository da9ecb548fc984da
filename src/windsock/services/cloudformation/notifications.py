"""Messages to the topics of a stack, one for each of its events.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-create-stack.html
and https://repost.aws/knowledge-center/cloudformation-rollback-email, which shows the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.tasks import task_kind
from windsock.engine.topic_notices import TopicNotice
from windsock.kernel.clock import iso_milliseconds
from windsock.services.cloudformation.callers import SERVICE, caller_of
from windsock.services.cloudformation.limits import NOTICE_ATTEMPTS
from windsock.services.cloudformation.stack import Stack
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

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
class Notice(TopicNotice):
    """Sends one message."""

    name = KIND
    service = SERVICE
    most_attempts = NOTICE_ATTEMPTS
