"""The context object: what `$$` and `$states.context` tell of an execution.

Source: "Accessing execution data from the Context object in Step Functions"
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from windsock.languages.asl import limits


@dataclass(frozen=True, slots=True)
class Facts:
    """What the context object tells of an execution, and how its tasks' tokens are made.

    `token(frame, seq)` must give the same text each time. `input` is parsed JSON, `input_text` its spelling
    as it was sent (the history keeps it). `redriven_ms` is when it was redriven last. `has_activity(arn)` is
    asked once a task of an activity is to be scheduled. `most_events` is how long the history may grow, None
    for without end, as it is for Express executions. `context` is the whole context object, in place of
    what would be told, for a state that is tried by itself.
    """

    execution_arn: str
    execution_name: str
    machine_arn: str
    machine_name: str
    role_arn: str
    started_ms: int
    input: Any
    token: Callable[[int, int], str]
    redrive_count: int = 0
    input_text: str | None = None
    redriven_ms: int | None = None
    has_activity: Callable[[str], bool] = lambda _arn: True
    most_events: int | None = limits.MAX_HISTORY_EVENTS
    context: Mapping[str, Any] | None = None

    @property
    def region(self) -> str:
        """Where the execution is."""
        return (self.execution_arn.split(":") + [""] * 4)[3]

    def execution(self) -> dict[str, Any]:
        """The `Execution` of the context object."""
        told: dict[str, Any] = {
            "Id": self.execution_arn,
            "Input": self.input,
            "StartTime": instant(self.started_ms),
            "Name": self.execution_name,
            "RoleArn": self.role_arn,
            "RedriveCount": self.redrive_count,
        }
        if self.redriven_ms is not None:
            told["RedriveTime"] = instant(self.redriven_ms)
        return told

    def machine(self) -> dict[str, Any]:
        """The `StateMachine` of the context object."""
        return {"Id": self.machine_arn, "Name": self.machine_name}


def instant(ms: int) -> str:
    """A time as the context object writes it."""
    seconds, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{rest:03d}Z"
