"""What can happen to an execution from outside: the engine tells the run, and the run decides what follows.

`(frame, seq)` names one piece of waiting work: the frame (a line of states: the machine itself, a branch, an
iteration) and the number it drew when it began to wait. A happening whose number is no longer waited for is
ignored, so telling one twice is harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

TimerPurpose = Literal["wait", "retry", "timeout", "heartbeat"]


@dataclass(frozen=True, slots=True)
class Started:
    """The execution begins."""


@dataclass(frozen=True, slots=True)
class Continued:
    """Nothing new: the run stopped because it had decided enough for one turn, and goes on."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """An instant that a `SetTimer` asked for has come."""

    frame: int
    seq: int
    purpose: TimerPurpose


@dataclass(frozen=True, slots=True)
class ActivityStarted:
    """A worker took the task of an activity."""

    frame: int
    seq: int
    worker: str = ""


@dataclass(frozen=True, slots=True)
class TaskSubmitted:
    """The service accepted the request of a task whose result comes later (`.sync`, `.waitForTaskToken`)."""

    frame: int
    seq: int
    output: Any


@dataclass(frozen=True, slots=True)
class TaskHeartbeat:
    """Whoever does the task says that it is still at it."""

    frame: int
    seq: int


@dataclass(frozen=True, slots=True)
class TaskSucceeded:
    """A task ended well; `output` is parsed JSON. If `text` is given, it is the JSON, in its own spelling."""

    frame: int
    seq: int
    output: Any = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A task failed with an error name such as `Lambda.ResourceNotFoundException` and a cause, if there are
    any.

    `start_failed` says that it could not even be begun (its role cannot be taken, say).
    """

    frame: int
    seq: int
    error: str | None = None
    cause: str | None = None
    start_failed: bool = False


@dataclass(frozen=True, slots=True)
class ItemsRead:
    """What the ItemReader of a distributed Map read: an array, or an object whose members are the items.

    `source` is what `$$.Map.Item.Source` tells, such as `S3://bucket/key`.
    """

    frame: int
    seq: int
    items: list[Any] | dict[str, Any]
    source: str = ""


@dataclass(frozen=True, slots=True)
class ChildEnded:
    """A child execution of a distributed Map ended; `status` as DescribeExecution says it.

    `output_text` is JSON, for SUCCEEDED only; `items` how many items the child was given.
    """

    frame: int
    seq: int
    index: int
    status: str
    output_text: str | None = None
    items: int = 1


@dataclass(frozen=True, slots=True)
class MapRunChanged:
    """UpdateMapRun changed how a distributed Map goes on."""

    frame: int
    seq: int
    max_concurrency: int
    tolerated_failure_count: int
    tolerated_failure_percentage: float


@dataclass(frozen=True, slots=True)
class ResultsWritten:
    """The ResultWriter of a distributed Map put its files; `output` is the state's result."""

    frame: int
    seq: int
    output: Any


@dataclass(frozen=True, slots=True)
class Stopped:
    """StopExecution was called."""

    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The TimeoutSeconds of the whole machine have passed."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """RedriveExecution was called on an execution that failed, timed out or was stopped."""


Happening = (
    Started
    | Continued
    | TimerFired
    | ActivityStarted
    | TaskSubmitted
    | TaskHeartbeat
    | TaskSucceeded
    | TaskFailed
    | ItemsRead
    | ChildEnded
    | MapRunChanged
    | ResultsWritten
    | Stopped
    | TimedOut
    | Redriven
)
