"""What a Task does, by the form of its Resource, and what the history tells of each.

Sources: "Task workflow state" https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html,
"HistoryEvent" https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from windsock.languages.asl.errors import DefinitionError

Moment = Literal["Scheduled", "Started", "StartFailed", "Submitted", "Succeeded", "Failed", "TimedOut"]

_CALLBACK: Final = ".waitForTaskToken"
_INTEGRATION: Final = re.compile(
    r"arn:aws[\w-]*:states:[^:]*:[^:]*:(?P<type>(?:aws-sdk:)?[^:]+):(?P<action>[^:]+(?::2)?)"
)
_FUNCTION: Final = re.compile(r"arn:aws[\w-]*:lambda:[^:]+:[^:]+:function:.+")
_ACTIVITY: Final = re.compile(r"arn:aws[\w-]*:states:[^:]+:[^:]+:activity:.+")


@dataclass(frozen=True, slots=True)
class Resource:
    """A Resource. `family` leads the names of its events: Task, LambdaFunction, Activity."""

    arn: str
    family: str
    waits_for_token: bool = False
    type: str = ""
    """Of an integration: `lambda`, `aws-sdk:s3`."""

    action: str = ""
    """Of an integration: `invoke`, `startExecution.sync`, as the history tells it."""

    @classmethod
    def parse(cls, arn: Any) -> Resource:
        """Raises DefinitionError when it is none that a Task can have."""
        if isinstance(arn, str):
            if _FUNCTION.fullmatch(arn):
                return cls(arn, "LambdaFunction")
            if _ACTIVITY.fullmatch(arn):
                return cls(arn, "Activity")
            if integration := _INTEGRATION.fullmatch(arn):
                action = integration["action"]
                return cls(arn, "Task", action.endswith(_CALLBACK), integration["type"], action)
        raise DefinitionError("Resource is no ARN that a Task can have")

    @property
    def is_activity(self) -> bool:
        """Whether workers fetch its tasks."""
        return self.family == "Activity"

    @property
    def operation(self) -> str:
        """What an integration does: `startExecution`."""
        return self.action.partition(".")[0]

    @property
    def pattern(self) -> str:
        """How it is waited for: `sync`, `sync:2`, `waitForTaskToken`, or nothing."""
        return self.action.partition(".")[2]

    @property
    def short_name(self) -> str:
        """What AWS calls it when its result is too large."""
        return self.type or self.arn

    def event(self, moment: Moment) -> str:
        """The type of an event."""
        return self.family + moment

    def member(self, moment: Moment) -> str:
        """The member that holds the details of such an event."""
        return f"{self.family[0].lower()}{self.family[1:]}{moment}EventDetails"

    def names(self) -> dict[str, Any]:
        """What every event of an integration tells."""
        return {"resourceType": self.type, "resource": self.action} if self.type else {}

    def scheduled(self, arguments: str, region: str) -> dict[str, Any]:
        """The details of the event that schedules the task with the JSON text of its arguments."""
        if self.type:
            return {**self.names(), "region": region, "parameters": arguments}
        return {"resource": self.arn, "input": arguments, "inputDetails": {"truncated": False}}
