"""Changes that come by themselves after some time: an instance goes on, a heartbeat timeout is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.simulation.backend.changes import Change, change_later, forget_change
from windsock.simulation.backend.happenings import Happening, on
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@on("autoscaling.due")
def have_made_later(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Have a change made when it is due, in place of the one under the same key."""
    facts = happening.facts
    change = Change("autoscaling", facts["operation"], facts["params"], happening.cause)
    change_later(engine, tx, happening.scope, change, key=facts["key"], seconds=facts["seconds"])


@on("autoscaling.not_due")
def forget(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """It is not to be made any more."""
    forget_change(engine, tx, happening.scope, "autoscaling", happening.facts["key"])
