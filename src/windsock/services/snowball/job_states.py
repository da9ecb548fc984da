"""The states of a job: each has its time, is followed by the next, and may be notified.

Source: https://docs.aws.amazon.com/snowball/latest/developer-guide/jobs.html (job statuses)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.snowball import rows
from windsock.services.snowball.limits import SECONDS_OF_A_STATE
from windsock.services.snowball.notices import notify
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

KIND: Final = "snowball.state"

_THERE_AND_BACK: Final = (
    "PreparingShipment",
    "InTransitToCustomer",
    "WithCustomer",
    "InTransitToAWS",
    "WithAWSSortingFacility",
    "WithAWS",
)
# The states of each type of job, in order. Data is imported at the end, exported at the beginning.
_WAYS: Final = {
    "IMPORT": ("New", "PreparingAppliance", *_THERE_AND_BACK, "InProgress", "Complete"),
    "EXPORT": ("New", "InProgress", "PreparingAppliance", *_THERE_AND_BACK, "Complete"),
    "LOCAL_USE": ("New", "PreparingAppliance", *_THERE_AND_BACK, "Complete"),
}


def enter(
    engine: Engine,
    tx: Transaction,
    scope: Scope,
    job: str,
    state: str,
    settings: Mapping[str, Any],
    created_ms: int,
) -> None:
    """A job comes into a state, which it leaves when its time is over."""
    rows.put_job(tx, scope, job, state, settings, created_ms)
    notify(engine, tx, scope, job, state, settings)
    if state in SECONDS_OF_A_STATE:
        due_ms = engine.clock.now_ms() + SECONDS_OF_A_STATE[state] * 1000
        engine.timers.set(tx, scope, KIND, job, due_ms)
    else:
        engine.timers.cancel(tx, scope, KIND, job)


@timer_kind
class StateTimer(TimerKind):
    """The time of a job's state is over."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        row = rows.job(tx, timer.scope, timer.key)
        if row is not None:
            settings = orjson.loads(row.settings)
            way = _WAYS[settings["JobType"]]
            following = way[way.index(row.state) + 1]
            enter(engine, tx, timer.scope, row.id, following, settings, row.created_ms)
