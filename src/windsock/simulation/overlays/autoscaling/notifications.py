"""Messages to SNS topics and SQS queues: of lifecycle actions, of launches and terminations, and of a test.

A hook's receiver gets its messages by the hook's role, a topic of the group's from Auto Scaling itself.
Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html and
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.notices import Notice, notify
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_PROGRESS: Final = 50  # what a message tells of an activity whatever came of it

_SUBJECTS: Final = {
    "autoscaling:EC2_INSTANCE_LAUNCH": "launch",
    "autoscaling:EC2_INSTANCE_LAUNCH_ERROR": "failed launch",
    "autoscaling:EC2_INSTANCE_TERMINATE": "termination",
    "autoscaling:EC2_INSTANCE_TERMINATE_ERROR": "failed termination",
    "autoscaling:TEST_NOTIFICATION": "test notification",
}


@on("autoscaling.configured")
def send_test(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A receiver was configured: it is sent a message to see whether that works."""
    facts = happening.facts
    group = {"AutoScalingGroupARN": facts["arn"], "AutoScalingGroupName": facts["group"]}
    notice = test_notice(engine, happening.scope.account, facts["receiver"], facts["role"], group)
    notify(engine, tx, happening.scope, notice, happening.cause)


def test_notice(
    engine: Engine, account: str, receiver: str, role: str | None, group: Mapping[str, Any]
) -> Notice:
    """A message to see whether it arrives; `group` has the name and the ARN as groups are described."""
    body = {
        "AutoScalingGroupARN": group["AutoScalingGroupARN"],
        "AutoScalingGroupName": group["AutoScalingGroupName"],
        "Event": "autoscaling:TEST_NOTIFICATION",
    }
    return Notice(
        "autoscaling",
        receiver,
        _text(engine.clock.now_ms(), account, body),
        about=group["AutoScalingGroupARN"],
        subject=_subject(body),
        role=role or "",
    )


def lifecycle_notification(
    engine: Engine, tx: Transaction, happening: Happening, detail: Mapping[str, Any]
) -> None:
    """An instance waits for a hook; `detail` is that of the event."""
    facts = happening.facts
    doing = facts["transition"].removeprefix("autoscaling:EC2_INSTANCE_")
    notice = Notice(
        "autoscaling",
        facts["receiver"],
        _text(engine.clock.now_ms(), happening.scope.account, detail),
        about=facts["arn"],
        subject=f"Auto Scaling:  Lifecycle action '{doing}' for instance {facts['instance']} in progress.",
        role=facts["role"] or "",
    )
    notify(engine, tx, happening.scope, notice, happening.cause)


def scaling_notification(engine: Engine, tx: Transaction, happening: Happening, topic: str) -> None:
    """A launch or termination ended."""
    facts, activity = happening.facts, happening.facts["activity"]
    now_ms = engine.clock.now_ms()
    body = {
        "Progress": _PROGRESS,
        "Description": activity["description"],
        "EndTime": _iso_millis(now_ms),
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
    text = _text(now_ms, happening.scope.account, body)
    notice = Notice("autoscaling", topic, text, about=facts["arn"], subject=_subject(body))
    notify(engine, tx, happening.scope, notice, happening.cause)


def _text(now_ms: int, account: str, body: Mapping[str, Any]) -> str:
    message = {
        "Service": "AWS Auto Scaling",
        "Time": _iso_millis(now_ms),
        "AccountId": account,
        "RequestId": uuid4(),
        **body,
    }
    return orjson.dumps(message).decode()


def _subject(body: Mapping[str, Any]) -> str:
    return f'Auto Scaling: {_SUBJECTS[body["Event"]]} for group "{body["AutoScalingGroupName"]}"'


def _iso_millis(instant_ms: int) -> str:
    return to_datetime(instant_ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant_ms % 1000:03}Z"
