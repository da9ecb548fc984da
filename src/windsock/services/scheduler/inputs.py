"""What a target is given: its Input with the context attributes replaced, or a notification.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html and
Input in https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from windsock.engine.tasks import Task
from windsock.kernel.clock import iso_seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to invoke a target: the values of the context attributes."""

    schedule_arn: str
    scheduled_time: str
    execution_id: str
    number: int

    @classmethod
    def of_task(cls, task: Task, data: Mapping[str, Any], number: int) -> Attempt:
        """The attempt of that number (from 1) of a task with the payload `data`.

        Its execution id follows from the task, so that a run on virtual time repeats itself.
        """
        identity = f"{data['schedule']}:{task.id[:20]}:{number}".encode()
        execution_id = hashlib.blake2b(identity, digest_size=8).hexdigest()
        return cls(data["schedule"], iso_seconds(data["scheduled_ms"]), execution_id, number)


def input_text(target: Mapping[str, Any], task: Task, attempt: Attempt) -> str:
    """The text for the target."""
    given: str | None = target.get("Input")
    if given is None:
        return _notification(task, attempt)
    if "<aws.scheduler." not in given:
        return given
    values = {
        "schedule-arn": attempt.schedule_arn,
        "scheduled-time": attempt.scheduled_time,
        "execution-id": attempt.execution_id,
        "attempt-number": str(attempt.number),
    }
    for name, value in values.items():
        given = given.replace(f"<aws.scheduler.{name}>", value)
    return given


def _notification(task: Task, attempt: Attempt) -> str:
    """What a target without Input is told. Its detail is text, unlike that of a rule's event."""
    event = {
        "version": "0",
        "id": attempt.execution_id,
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": task.scope.account,
        "time": attempt.scheduled_time,
        "region": task.scope.region,
        "resources": [attempt.schedule_arn],
        "detail": "{}",
    }
    return orjson.dumps(event).decode()
