"""Event history keeps 90 days: what is older is removed in small chunks, so that nobody waits for it.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.limits import RETENTION_CHUNK
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.limits import HISTORY_DAYS
from windsock.services.cloudtrail.tables import events, resources
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

KIND: Final = "cloudtrail.retention"
_EVERYWHERE: Final = Scope("", "")
_DAY_MS: Final = 86_400_000
_PAUSE_MS: Final = 50

_OLDEST = Statement(sa.select(sa.func.min(events.c.time_ms)))
_OLD = (
    sa.select(events.c.account, events.c.region, events.c.id)
    .where(events.c.time_ms < sa.bindparam("limit_ms"))
    .order_by(events.c.time_ms)
    .limit(sa.bindparam("most"))
)
_REMOVE_RESOURCES = Statement(
    sa.delete(resources).where(
        sa.tuple_(resources.c.account, resources.c.region, resources.c.event).in_(_OLD)
    )
)
_REMOVE = Statement(
    sa.delete(events).where(sa.tuple_(events.c.account, events.c.region, events.c.id).in_(_OLD))
)


def arm_retention(engine: Engine, tx: Transaction) -> None:
    """Have old events removed on the day after the oldest one's last; nothing while there are none."""
    oldest = tx.scalar(_OLDEST)
    if oldest is not None:
        due = ((oldest + HISTORY_DAYS * _DAY_MS) // _DAY_MS + 1) * _DAY_MS
        engine.timers.set(tx, _EVERYWHERE, KIND, "", due)


@timer_kind
class HistoryRetention(TimerKind):
    """Removes a chunk; the next one soon after if there is more, else when the next event grows old."""

    name = KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        limit = engine.clock.now_ms() - HISTORY_DAYS * _DAY_MS
        chunk = {"limit_ms": limit, "most": RETENTION_CHUNK}
        tx.execute(_REMOVE_RESOURCES, chunk)
        if tx.execute(_REMOVE, chunk) >= RETENTION_CHUNK:
            engine.timers.set(tx, _EVERYWHERE, KIND, "", engine.clock.now_ms() + _PAUSE_MS)
        else:
            arm_retention(engine, tx)
