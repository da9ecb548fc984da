"""Removing the heaps of purged and deleted queues, a chunk at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.scope import Scope
from windsock.services.sqs.limits import SWEEP_CHUNK
from windsock.services.sqs.tables import attempts, deduplications, groups, messages
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


def _delete_some(table: sa.Table, owner: sa.Column[Any], item: sa.Column[Any]) -> Statement:
    ours = sa.and_(
        *in_scope(table),
        owner == sa.bindparam("owner"),
    )
    some = sa.select(item).where(ours).limit(SWEEP_CHUNK)
    return Statement(sa.delete(table).where(ours, item.in_(some)))


_OF_HEAP = (
    _delete_some(messages, messages.c.heap, messages.c.seq),
    _delete_some(groups, groups.c.heap, groups.c.group_id),
)
_OF_QUEUE = (
    _delete_some(deduplications, deduplications.c.queue_id, deduplications.c.key),
    _delete_some(attempts, attempts.c.queue_id, attempts.c.attempt_id),
)
_STATEMENTS = {"heap": _OF_HEAP, "queue": _OF_QUEUE}


def discard_heap(engine: Engine, tx: Transaction, scope: Scope, heap: str) -> None:
    """Have the messages of a heap that no queue owns any more removed."""
    _begin(engine, tx, scope, "heap", heap)


def discard_queue(engine: Engine, tx: Transaction, scope: Scope, queue_id: str) -> None:
    """Have what a deleted queue remembered beside its messages removed."""
    _begin(engine, tx, scope, "queue", queue_id)


def _begin(engine: Engine, tx: Transaction, scope: Scope, what: str, owner: str) -> None:
    payload = orjson.dumps({"what": what, "owner": owner})
    engine.timers.set(tx, scope, Discarding.name, f"{what}/{owner}", engine.clock.now_ms(), payload)


@timer_kind
class Discarding(TimerKind):
    """Removes one chunk and comes again at once while there is more."""

    name = "sqs.discard"

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        """See TimerKind.fire."""
        data = timer.data()
        values = {
            **timer.scope.columns,
            "owner": data["owner"],
        }
        removed = [tx.execute(statement, values) for statement in _STATEMENTS[data["what"]]]
        if max(removed) >= SWEEP_CHUNK:
            _begin(engine, tx, timer.scope, data["what"], data["owner"])
