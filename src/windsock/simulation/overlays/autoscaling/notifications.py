"""Messages to SNS topics and SQS queues: of lifecycle actions, of launches and terminations, and of a test.

A hook's receiver gets its messages by the hook's role, a topic of the group's from Auto Scaling itself. What
cannot be delivered is left out, as everything here is told as well as possible.
Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html and
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.autoscaling.limits import MOST_ATTEMPTS, RETRY_MS
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "autoscaling.notification"
SERVICE: Final = "autoscaling.amazonaws.com"

_PROGRESS: Final = 50  # what a message tells of an activity whatever came of it

_OPERATIONS: Final = {"sns": "Publish", "sqs": "SendMessage"}

_SUBJECTS: Final = {
    "autoscaling:EC2_INSTANCE_LAUNCH": "launch",
    "autoscaling:EC2_INSTANCE_LAUNCH_ERROR": "failed launch",
    "autoscaling:EC2_INSTANCE_TERMINATE": "termination",
    "autoscaling:EC2_INSTANCE_TERMINATE_ERROR": "failed termination",
    "autoscaling:TEST_NOTIFICATION": "test notification",
}


@on("autoscaling.configured")
def test_notification(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A receiver was configured: it is sent a message to see whether that works."""
    facts = happening.facts
    body = {
        "AutoScalingGroupARN": facts["arn"],
        "AutoScalingGroupName": facts["group"],
        "Event": "autoscaling:TEST_NOTIFICATION",
    }
    _send(engine, tx, happening, facts["receiver"], facts["role"], _subject(body), body)


def lifecycle_notification(
    engine: Engine, tx: Transaction, happening: Happening, detail: Mapping[str, Any]
) -> None:
    """An instance waits for a hook; `detail` is that of the event."""
    facts = happening.facts
    doing = facts["transition"].removeprefix("autoscaling:EC2_INSTANCE_")
    subject = f"Auto Scaling:  Lifecycle action '{doing}' for instance {facts['instance']} in progress."
    _send(engine, tx, happening, facts["receiver"], facts["role"], subject, detail)


def scaling_notification(engine: Engine, tx: Transaction, happening: Happening, topic: str) -> None:
    """A launch or termination ended."""
    facts, activity = happening.facts, happening.facts["activity"]
    body = {
        "Progress": _PROGRESS,
        "Description": activity["description"],
        "EndTime": _iso_millis(engine.clock.now_ms()),
        "AutoScalingGroupARN": facts["arn"],
        "ActivityId": activity["id"],
        "RequestId": activity["id"],
        "StartTime": _iso_millis(activity["started_ms"]),
        "EC2InstanceId": activity["instance"],
        "StatusCode": "Failed" if facts["event"].endswith("_ERROR") else "InProgress",
        "StatusMessage": activity["message"],
        "Details": orjson.loads(activity["details"]),
        "AutoScalingGroupName": facts["group"],
        "Cause": activity["cause"],
        "Event": facts["event"],
    }
    _send(engine, tx, happening, topic, None, _subject(body), body)


def _subject(body: Mapping[str, Any]) -> str:
    return f'Auto Scaling: {_SUBJECTS[body["Event"]]} for group "{body["AutoScalingGroupName"]}"'


def _send(
    engine: Engine,
    tx: Transaction,
    happening: Happening,
    receiver: str,
    role: str | None,
    subject: str,
    body: Mapping[str, Any],
) -> None:
    message = {
        "Service": "AWS Auto Scaling",
        "Time": _iso_millis(engine.clock.now_ms()),
        "AccountId": happening.scope.account,
        "RequestId": uuid4(),
        **body,
    }
    payload = {
        "to": receiver,
        "role": role,
        "group": happening.facts["arn"],
        "subject": subject,
        "message": orjson.dumps(message).decode(),
    }
    engine.tasks.add(
        tx, happening.scope, kind=KIND, lane=receiver, payload=orjson.dumps(payload), cause=happening.cause
    )


@task_kind
class Notification(TaskKind):
    """Sends one message."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        receiver = parse_arn(data["to"])
        if receiver is None or receiver.service not in _OPERATIONS:
            raise AwsError(f"{data['to']} is neither a topic nor a queue.", code="ValidationError")
        await engine.call(
            receiver.service,
            _OPERATIONS[receiver.service],
            _params(receiver, data),
            caller=_caller(task.scope.account, data),
            scope=receiver.scope,
            cause=task.cause or f"task:{task.id}",
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        permanent = isinstance(error, AwsError) and error.status < 500
        return None if permanent or task.attempts >= MOST_ATTEMPTS else now_ms + RETRY_MS


def _params(receiver: Arn, data: Mapping[str, Any]) -> dict[str, Any]:
    if receiver.service == "sqs":
        return {"QueueUrl": f"/{receiver.account}/{receiver.resource}", "MessageBody": data["message"]}
    return {"TopicArn": str(receiver), "Subject": data["subject"], "Message": data["message"]}


def _caller(account: str, data: Mapping[str, Any]) -> Caller:
    if data["role"]:
        return Caller.role(data["role"], account, SERVICE, data["group"])
    return Caller.service(SERVICE, account, data["group"])


def _iso_millis(instant_ms: int) -> str:
    return to_datetime(instant_ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant_ms % 1000:03}Z"
