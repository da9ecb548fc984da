"""The rows of events and of what they affect."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.health.tables import entities, events
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_PUT = Statement(
    upsert(events, *(column.name for column in events.c if column.name not in ("account", "region", "arn")))
)
_FORGET_ENTITIES = Statement(
    sa.delete(entities).where(
        *in_scope(entities),
        entities.c.event == sa.bindparam("event"),
    )
)
_PUT_ENTITY = Statement(upsert(entities, "status", "tags", "updated_ms"))
_EVENTS = Statement(
    sa.select(events).where(*in_scope(events)).order_by(events.c.updated_ms.desc(), events.c.arn)
)
_ENTITIES = Statement(
    sa.select(entities).where(*in_scope(entities)).order_by(entities.c.event, entities.c.value)
)


def put(tx: Transaction, scope: Scope, event: dict[str, Any], affected: list[dict[str, Any]]) -> None:
    """Write an event and all that it affects."""
    tx.execute(_PUT, {**scope.columns, **event})
    tx.execute(_FORGET_ENTITIES, {**scope.columns, "event": event["arn"]})
    for entity in affected:
        tx.execute(_PUT_ENTITY, {**scope.columns, **entity})


def entity_arn(entity: Row) -> str:
    """The ARN of what an event affects, by the event's."""
    arn = parse_arn(entity.event)
    if arn is None:
        return str(entity.value)
    of_event = arn.resource.removeprefix("event/")
    return f"arn:{arn.partition}:health:{arn.region}:{entity.account}:entity/{of_event}/{entity.value}"


def all_events(tx: Snapshot, scope: Scope) -> list[Row]:
    """The events of an account, those that changed last first."""
    return tx.rows(_EVENTS, scope.columns)


def all_entities(tx: Snapshot, scope: Scope) -> list[Row]:
    """What the events of an account affect, by event and value."""
    return tx.rows(_ENTITIES, scope.columns)
