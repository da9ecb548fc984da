"""Messages that were taken for somebody who has gone before they were handed over: they are given back.

Such a client never saw them, so they are again as they were: neither hidden nor counted as received.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.heap import wake_pollers
from windsock.services.sqs.queue import Queue
from windsock.services.sqs.tables import messages
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# Only while nothing else became of it: a longer visibility timeout, another receipt.
_GIVE_BACK = Statement(
    sa.update(messages)
    .where(
        *in_scope(messages),
        messages.c.heap == sa.bindparam("heap"),
        messages.c.seq == sa.bindparam("of_seq"),
        messages.c.receives == sa.bindparam("of_receives"),
        messages.c.visible_ms == sa.bindparam("hidden_until_ms"),
    )
    .values(
        visible_ms=sa.bindparam("was_visible_ms"),
        receives=sa.bindparam("was_receives"),
        first_received_ms=sa.bindparam("was_first_received_ms"),
        received_ms=sa.bindparam("was_received_ms"),
    )
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Messages of a queue that were taken: their rows as they were before, and until when they are hidden."""

    queue: Queue
    rows: Sequence[Row]
    hidden_until_ms: int


class Handover:
    """From taking messages to the client having them. Whoever takes them says when each step is done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._taken: Taken | None = None
        self._abandoned = False

    def take(self, tx: Transaction, taken: Taken) -> None:
        """Messages are taken in this transaction."""
        tx.after_commit(lambda: self._committed(taken))

    def abandon(self) -> None:
        """The client is gone: what was taken, or still will be by a transaction under way, goes back."""
        self._abandoned = True
        if self._taken is not None:
            self._engine.part(GivingBack).begin(self._taken)

    def _committed(self, taken: Taken) -> None:
        self._taken = taken
        if self._abandoned:
            self._engine.part(GivingBack).begin(taken)


class GivingBack:
    """What is being given back in an engine, which stops only afterwards."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._running: set[asyncio.Task[None]] = set()
        engine.on_stop(self._finish)

    def begin(self, taken: Taken) -> None:
        """Give messages back, in a transaction of its own."""
        giving = asyncio.create_task(self._give_back(taken))
        self._running.add(giving)
        giving.add_done_callback(self._running.discard)

    async def _give_back(self, taken: Taken) -> None:
        with self._engine.activity.busy():
            await self._engine.store.write(lambda tx: _give_back(self._engine, tx, taken))

    async def _finish(self) -> None:
        await asyncio.gather(*self._running)


def _give_back(engine: Engine, tx: Transaction, taken: Taken) -> None:
    queue = taken.queue
    tx.execute_many(
        _GIVE_BACK,
        [
            {
                **queue.key,
                "of_seq": row.seq,
                "of_receives": row.receives + 1,
                "hidden_until_ms": taken.hidden_until_ms,
                "was_visible_ms": row.visible_ms,
                "was_receives": row.receives,
                "was_first_received_ms": row.first_received_ms,
                "was_received_ms": row.received_ms,
            }
            for row in taken.rows
        ],
    )
    if queue.fifo:
        for group in {row.group_id for row in taken.rows}:
            refresh_group(tx, queue, group)
    wake_pollers(engine, tx, queue, len(taken.rows))
