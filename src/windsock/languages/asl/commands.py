"""What an execution asks of whoever runs it, in the order it asks. See `happenings` for `(frame, seq)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from windsock.languages.asl.happenings import TimerPurpose

Status = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True, slots=True)
class StartTask:
    """Do a task and tell how it ended (`TaskSubmitted`, `TaskSucceeded`, `TaskFailed`).

    `resource` is as the definition says it, `arguments` what Parameters, Arguments or the input gave and
    `arguments_text` its JSON. `token` is for whoever ends the task from outside (an activity's worker,
    `.waitForTaskToken`), empty for other tasks. `credentials` is the state's own (`{"RoleArn": ...}`) or
    None. `state` is its name.
    """

    frame: int
    seq: int
    state: str
    resource: str
    arguments: Any
    arguments_text: str
    token: str = ""
    credentials: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CancelTask:
    """Nobody waits for this task any more (it timed out, its branch was given up): stop it if possible."""

    frame: int
    seq: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Tell `TimerFired` at `due_ms`; in place of the frame's earlier timer of the same purpose, if any."""

    frame: int
    seq: int
    purpose: TimerPurpose
    due_ms: int


@dataclass(frozen=True, slots=True)
class CancelTimers:
    """The timers of this frame are no longer needed."""

    frame: int


@dataclass(frozen=True, slots=True)
class ReadItems:
    """Read what a distributed Map goes over and tell `ItemsRead` (or `TaskFailed`).

    `reader` is the evaluated ItemReader: `Resource`, `ReaderConfig`, and its `Parameters` or `Arguments`
    under `Arguments`.
    """

    frame: int
    seq: int
    reader: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StartMapRun:
    """A distributed Map begins: make its Map Run, known as `(frame, seq)` from now on.

    `total_items` is None while they are still to be read.
    """

    frame: int
    seq: int
    state: str
    arn: str
    label: str | None
    max_concurrency: int
    tolerated_failure_count: int
    tolerated_failure_percentage: float
    total_items: int | None


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start a child execution of a distributed Map and tell `ChildEnded` when it is over.

    Its machine is `Machine.processor(state)`. `kind` is STANDARD or EXPRESS, `input_text` the JSON of its
    input, `items` how many items that holds.
    """

    frame: int
    seq: int
    index: int
    state: str
    input_text: str
    kind: str
    items: int


@dataclass(frozen=True, slots=True)
class RedriveMapRun:
    """The Map Run goes on, after a redrive."""

    frame: int
    seq: int


@dataclass(frozen=True, slots=True)
class RedriveChild:
    """Redrive a child execution that ended without success, and tell `ChildEnded` when it is over."""

    frame: int
    seq: int
    index: int


@dataclass(frozen=True, slots=True)
class EndMapRun:
    """A distributed Map is over: its Map Run ends with this status; children still running are stopped.

    `writer` is the ResultWriter of one that ended badly: what its children gave is written all the same, and
    nobody waits for that.
    """

    frame: int
    seq: int
    status: Status
    writer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class WriteResults:
    """Put the results of a distributed Map where its ResultWriter says, and tell `ResultsWritten`."""

    frame: int
    seq: int
    writer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndExecution:
    """The execution is over. The last command there is. `output_text` is JSON, for SUCCEEDED only."""

    status: Status
    output_text: str | None = None
    error: str | None = None
    cause: str | None = None


Command = (
    StartTask
    | CancelTask
    | SetTimer
    | CancelTimers
    | ReadItems
    | StartMapRun
    | StartChild
    | RedriveMapRun
    | RedriveChild
    | EndMapRun
    | WriteResults
    | EndExecution
)
