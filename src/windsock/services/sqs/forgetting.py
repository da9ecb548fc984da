"""Forgetting what counts for a while only, a little with each new row, so that as much goes as comes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from windsock.services.sqs.limits import FORGOTTEN_AT_ONCE
from windsock.services.sqs.queue import Queue
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction


def forgets(table: sa.Table, key: sa.Column[Any]) -> Statement:
    """Removes a few rows of a queue whose `expires_ms` has passed; `key` tells them apart."""
    ours = sa.and_(
        *in_scope(table),
        table.c.queue_id == sa.bindparam("of_queue_id"),
    )
    expired = (
        sa.select(key)
        .where(ours, table.c.expires_ms <= sa.bindparam("now"))
        .order_by(table.c.expires_ms)
        .limit(FORGOTTEN_AT_ONCE)
    )
    return Statement(sa.delete(table).where(ours, key.in_(expired)))


def forget_some(tx: Transaction, statement: Statement, queue: Queue, now_ms: int) -> None:
    """Run what `forgets` made."""
    scope = queue.scope
    values = {**scope.columns, "of_queue_id": queue.id, "now": now_ms}
    tx.execute(statement, values)
