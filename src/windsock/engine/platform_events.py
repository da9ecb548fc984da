"""Events of AWS services themselves on the default bus: accepted with the change they tell of, put after it.

Whatever windsock does or simulates that AWS announces (an API call, a finished execution, an instance that
runs) is announced here, so the sources that users may not use are used in one place.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "engine.platform_events"

# What one PutEvents takes.
_ENTRIES: Final = 10
_RETRY_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class PlatformEvent:
    """An event of a service's own.

    `source` is such as `aws.ec2`; `detail` an object, or its JSON text where that was made already.
    """

    source: str
    detail_type: str
    detail: Mapping[str, Any] | bytes
    resources: Sequence[str] = field(default=())


def announce(
    engine: Engine,
    tx: Transaction,
    scope: Scope,
    events: Sequence[PlatformEvent],
    *,
    cause: str = "",
) -> None:
    """Have events put on the default bus of an account and region, after this transaction.

    They are put in the order in which they were announced, but for one that has to be tried again. They
    happen now; what happens later is a timer, whose firing announces it. `cause` is what led to them.
    """
    for first in range(0, len(events), _ENTRIES):
        entries = [_entry(event) for event in events[first : first + _ENTRIES]]
        engine.tasks.add(
            tx,
            scope,
            kind=KIND,
            lane=scope.arn("events", "event-bus/default#platform"),
            payload=orjson.dumps(
                {"to": "the default bus", "entries": entries, "time_ms": engine.clock.now_ms()}
            ),
            cause=cause,
        )


def _entry(event: PlatformEvent) -> dict[str, Any]:
    detail = event.detail if isinstance(event.detail, bytes) else orjson.dumps(event.detail)
    return {
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": detail.decode(),
        "Resources": list(event.resources),
    }


@task_kind
class PlatformEvents(TaskKind):
    """Puts up to ten events on the default bus.

    Those under way together go through the store one after the other, as they were begun, in one commit.
    """

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        source = data["entries"][0]["Source"]
        time = to_datetime(data["time_ms"])
        await engine.call(
            "events",
            "PutEvents",
            {"Entries": [{**entry, "Time": time} for entry in data["entries"]]},
            caller=Caller.service(f"{source.removeprefix('aws.')}.amazonaws.com", task.scope.account),
            scope=task.scope,
            cause=task.cause or f"task:{task.id}",
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + _RETRY_MS
