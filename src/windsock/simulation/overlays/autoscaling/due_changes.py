"""Changes that come by themselves after some time: an instance goes on, a heartbeat timeout is over.

The child says when; a timer has the call made then, which is logged like everybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from windsock.engine.calls import Call, Caller
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.ids import uuid4
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.autoscaling.limits import MOST_ATTEMPTS, RETRY_MS
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "autoscaling.due_change"
SERVICE: Final = "autoscaling.amazonaws.com"


@on("autoscaling.due")
def set_timer(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Have the change made when it is due, in place of the one under the same key."""
    facts = happening.facts
    change = {
        "to": facts["arn"],
        "operation": facts["operation"],
        "params": facts["params"],
        "cause": happening.cause,
    }
    engine.timers.set(tx, happening.scope, KIND, facts["key"], facts["due_ms"], orjson.dumps(change))


@on("autoscaling.not_due")
def cancel_timer(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """It is not to be made any more."""
    engine.timers.cancel(tx, happening.scope, KIND, happening.facts["key"])


@timer_kind
class DueChangeTimer(TimerKind):
    """Accepts the change as a task."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        change = timer.data()
        engine.tasks.add(
            tx,
            timer.scope,
            kind=KIND,
            lane=f"{change['to']}#changes",
            payload=timer.payload,
            cause=change["cause"],
            ordered=True,
        )


@task_kind
class DueChange(TaskKind):
    """Makes the change."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        change = task.data()
        caller = Caller.service(SERVICE, task.scope.account)
        call = Call(
            "autoscaling",
            change["operation"],
            change["params"],
            caller,
            task.scope,
            uuid4(),
            task.cause,
            task,
        )
        await engine.part(Moto).answer(call)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return None if task.attempts >= MOST_ATTEMPTS else now_ms + RETRY_MS
