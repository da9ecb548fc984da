"""Where a virtual clock stood: kept with each change, so that a kill never leaves it behind what happened."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.tables import facts
from windsock.kernel.clock import Clock
from windsock.store.statements import Statement, upsert
from windsock.store.store import Store
from windsock.store.transaction import Transaction

_NAME = "virtual_clock_ms"
_REMEMBER = Statement(upsert(facts, "value"))
_STOOD_AT = Statement(sa.select(facts.c.value).where(facts.c.name == sa.literal(_NAME)))


def remember(tx: Transaction, clock: Clock) -> None:
    """Note where the clock stands."""
    tx.execute(_REMEMBER, {"name": _NAME, "value": str(clock.now_ms())})


def stood_at(store: Store) -> int | None:
    """The instant at which the last virtual clock over this store stood; None if there was none."""
    value = store.read(lambda tx: tx.scalar(_STOOD_AT))
    return None if value is None else int(value)
