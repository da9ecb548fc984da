"""Modifications that wait for the maintenance window of their instance.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html
"""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.windows import seconds_until
from windsock.store.transaction import Transaction


@on("rds.pending")
def wait_for_window(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An instance has values pending."""
    instance = happening.facts["instance"]
    seconds = seconds_until(happening.facts["window"], engine.clock.now_ms())
    change = Change("rds", "ApplyPending", {"instance": instance}, happening.cause)
    change_later(engine, tx, happening.scope, change, key=f"pending/{instance}", seconds=seconds)
