"""CloudWatch metrics of executions and of what their tasks call.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl.run import HistoryEvent
from windsock.services.stepfunctions import execution_rows, history

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.services.stepfunctions.express_executions import ExpressEnd, ExpressExecution
    from windsock.services.stepfunctions.turns import Turn

NAMESPACE: Final = "AWS/States"

_ENDS: Final[Mapping[str, str]] = {
    execution_rows.SUCCEEDED: "Succeeded",
    execution_rows.FAILED: "Failed",
    execution_rows.TIMED_OUT: "TimedOut",
    execution_rows.ABORTED: "Aborted",
}


@dataclass(frozen=True, slots=True)
class _Family:
    """Metrics of one kind of work: how counts and times begin, and what the dimension is called."""

    counts: str
    times: str
    dimension: str


# By how the types of their events begin.
_FAMILIES: Final[Mapping[str, _Family]] = {
    "Activity": _Family("Activities", "Activity", "ActivityArn"),
    "LambdaFunction": _Family("LambdaFunctions", "LambdaFunction", "LambdaFunctionArn"),
    "Task": _Family("ServiceIntegrations", "ServiceIntegration", "ServiceIntegrationResourceArn"),
}
_SCHEDULED: Final = "Scheduled"
_STARTED: Final = "Started"
_SUBMITTED: Final = "TaskSubmitted"
_OVER: Final = ("Succeeded", "Failed", "TimedOut")
_EVENTS: Final[Mapping[str, tuple[_Family, str]]] = {
    f"{begin}{end}": (family, end)
    for begin, family in _FAMILIES.items()
    for end in (_SCHEDULED, _STARTED, *_OVER)
}


def started(turn: Turn) -> None:
    """An execution starts."""
    _count(turn, "ExecutionsStarted")


def redriven(turn: Turn) -> None:
    """An execution is redriven."""
    _count(turn, "ExecutionsRedriven")


def ended(turn: Turn) -> None:
    """An execution has ended."""
    execution = turn.execution
    end = _ENDS[execution.status]
    _count(turn, f"Executions{end}")
    _count(turn, "ExecutionTime", turn.now_ms - execution.started_ms)
    if execution.redrive_count:
        _count(turn, f"RedrivenExecutions{end}")


def express_started(engine: Engine, execution: ExpressExecution) -> None:
    """An Express execution starts."""
    dimensions = {"StateMachineArn": execution.machine_arn}
    engine.metrics.count(execution.scope, NAMESPACE, "ExecutionsStarted", dimensions)


def express_ended(
    engine: Engine, execution: ExpressExecution, end: ExpressEnd, billed: Mapping[str, int]
) -> None:
    """An Express execution has ended; `billed` are its billingDetails."""
    dimensions = {"StateMachineArn": execution.machine_arn}
    for name, value in (
        (f"Executions{_ENDS[end.status]}", 1),
        ("ExecutionTime", end.stopped_ms - execution.started_ms),
        ("ExpressExecutionBilledDuration", billed["billedDurationInMilliseconds"]),
        ("ExpressExecutionBilledMemory", billed["billedMemoryUsedInMB"] * 1024 * 1024),
    ):
        engine.metrics.count(execution.scope, NAMESPACE, name, dimensions, value)


def count(turn: Turn, events: list[HistoryEvent]) -> None:
    """Count what the events of a turn tell of tasks, functions and activities."""
    for event in events:
        known = _EVENTS.get(event["type"])
        if known is not None:
            _count_work(turn, event, *known)
        elif event["type"] == _SUBMITTED:
            turn.execution.under_way[event["id"]] = event


def _count_work(turn: Turn, event: HistoryEvent, family: _Family, what: str) -> None:
    before = _before(turn, event)
    scheduled = event if what == _SCHEDULED else before.get(_SCHEDULED)
    if what in _OVER:
        for each in before.values():
            turn.execution.under_way.pop(each["id"], None)
    else:
        turn.execution.under_way[event["id"]] = event
    if scheduled is None:
        return
    dimensions = {family.dimension: _resource(scheduled)}
    _measure(turn, f"{family.counts}{what}", dimensions)
    if what == _STARTED:
        waited = event["timestamp"] - scheduled["timestamp"]
        _measure(turn, f"{family.times}ScheduleTime", dimensions, waited)
    elif what in _OVER:
        begun = before.get(_STARTED, scheduled)
        _measure(turn, f"{family.times}RunTime", dimensions, event["timestamp"] - begun["timestamp"])
        _measure(turn, f"{family.times}Time", dimensions, event["timestamp"] - scheduled["timestamp"])


def _before(turn: Turn, event: HistoryEvent) -> dict[str, HistoryEvent]:
    """The events before one, back to the one that scheduled the work, by what they tell."""
    before: dict[str, HistoryEvent] = {}
    found: HistoryEvent | None = event
    while found is not None and not found["type"].endswith(_SCHEDULED):
        found = _event(turn, found["previousEventId"])
        if found is not None:
            known = _EVENTS.get(found["type"])
            before[found["type"] if known is None else known[1]] = found
            if known is None and found["type"] != _SUBMITTED:
                break
    return before


def _event(turn: Turn, number: int) -> HistoryEvent | None:
    known = turn.execution.under_way.get(number)
    if known is not None:
        return known
    earlier = history.oldest_first(turn.tx, turn.scope, turn.execution.id, 1, number)
    return earlier[0] if earlier else None


def _resource(scheduled: HistoryEvent) -> str:
    """What was to be done: the ARN of a function or an activity, or that of an integration."""
    details: Mapping[str, Any] = next(
        value for name, value in scheduled.items() if name.endswith("ScheduledEventDetails")
    )
    if "resourceType" in details:
        return f"arn:aws:states:::{details['resourceType']}:{details['resource']}"
    resource: str = details["resource"]
    return resource


def _count(turn: Turn, name: str, value: float = 1) -> None:
    _measure(turn, name, {"StateMachineArn": turn.execution.machine_arn}, value)


def _measure(turn: Turn, name: str, dimensions: Mapping[str, str], value: float = 1) -> None:
    turn.engine.metrics.count(turn.scope, NAMESPACE, name, dimensions, value)
