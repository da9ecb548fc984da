"""Changes that windsock itself makes to simulated resources: now, or when their time has come.

A change is one of those the child registers (`child/adjustments`, `@change`). It is a call like any other: it
is logged, replayed, and what happens by it is announced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.calls import Call, Caller
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.simulation.backend.moto import Moto
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "simulation.change"

_RETRY_MS: Final = 1_000
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a service's; `cause` is what led to it, as in calls."""

    service: str
    name: str
    params: Mapping[str, Any]
    cause: str


def change_now(engine: Engine, tx: Transaction, scope: Scope, change: Change) -> None:
    """Have a change made after this transaction."""
    engine.tasks.add(
        tx,
        scope,
        kind=KIND,
        lane=scope.arn(change.service, "simulation"),
        payload=orjson.dumps(asdict(change)),
        cause=change.cause,
    )


def change_later(
    engine: Engine, tx: Transaction, scope: Scope, change: Change, *, key: str, seconds: float
) -> None:
    """Have a change made after so many seconds; `key` names what it is about, which has one at most."""
    due_ms = engine.clock.now_ms() + round(seconds * 1000)
    engine.timers.set(tx, scope, KIND, f"{change.service}/{key}", due_ms, orjson.dumps(asdict(change)))


def forget_change(engine: Engine, tx: Transaction, scope: Scope, service: str, key: str) -> None:
    """Have a change that was to come not made."""
    engine.timers.cancel(tx, scope, KIND, f"{service}/{key}")


@timer_kind
class ChangeTimer(TimerKind):
    """A change whose time has come."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        change_now(engine, tx, timer.scope, Change(**timer.data()))


@task_kind
class ChangeTask(TaskKind):
    """Makes a change."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        change = Change(**task.data())
        caller = Caller.service(f"{change.service}.amazonaws.com", task.scope.account)
        call = Call(
            change.service, change.name, dict(change.params), caller, task.scope, uuid4(), change.cause, task
        )
        await engine.part(Moto).answer(call)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        lasting = isinstance(error, AwsError) and error.fault == "client"
        return None if lasting or task.attempts >= _ATTEMPTS else now_ms + _RETRY_MS
