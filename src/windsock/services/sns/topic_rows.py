"""The rows of topics: found, changed, counted."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Query
from windsock.services.sns.arns import TopicKey
from windsock.services.sns.errors import NotFound
from windsock.services.sns.tables import deduplications, sequences, subscriptions, topics
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

NO_TOPIC = "Topic does not exist"

_OF = sa.and_(
    *in_scope(topics),
    topics.c.name == sa.bindparam("of_name"),
)
_FIND = Statement(sa.select(topics).where(_OF))
INSERT = Statement(sa.insert(topics))
_SET_ATTRIBUTES = Statement(sa.update(topics).where(_OF).values(attributes=sa.bindparam("attributes")))
_SET_TAGS = Statement(sa.update(topics).where(_OF).values(tags=sa.bindparam("tags")))
_SET_PROTECTION = Statement(
    sa.update(topics).where(_OF).values(data_protection=sa.bindparam("data_protection"))
)
_ONE_MORE_DELETED = Statement(
    sa.update(topics).where(_OF).values(deleted_subscriptions=topics.c.deleted_subscriptions + 1)
)
_DELETE = [
    Statement(
        sa.delete(table).where(
            *in_scope(table),
            table.c["name" if table is topics else "topic"] == sa.bindparam("of_name"),
        )
    )
    for table in (topics, subscriptions, deduplications, sequences)
]
PAGE = Statement(
    sa.select(topics.c.name)
    .where(
        *in_scope(topics),
        topics.c.name > sa.bindparam("after"),
    )
    .order_by(topics.c.name)
    .limit(sa.bindparam("most"))
)


def key_values(key: TopicKey) -> dict[str, Any]:
    """The parameters that name a topic in the statements here."""
    return {**key.scope.columns, "of_name": key.name}


def find(tx: Snapshot, key: TopicKey) -> Any | None:
    """The row of a topic, or None."""
    return tx.row(_FIND, key_values(key))


def existing(ctx: Query | Command, key: TopicKey) -> Any:
    """The row of a topic; raises NotFound."""
    row = find(ctx.tx, key)
    if row is None:
        raise NotFound(NO_TOPIC)
    return row


def set_attributes(ctx: Command, key: TopicKey, attributes: dict[str, str]) -> None:
    """Replace the attributes that were set."""
    ctx.tx.execute(_SET_ATTRIBUTES, {**key_values(key), "attributes": orjson.dumps(attributes).decode()})


def set_tags(ctx: Command, key: TopicKey, tags: dict[str, str]) -> None:
    """Replace the tags."""
    ctx.tx.execute(_SET_TAGS, {**key_values(key), "tags": orjson.dumps(tags).decode()})


def set_data_protection(ctx: Command, key: TopicKey, document: str) -> None:
    """Replace the data protection policy."""
    ctx.tx.execute(_SET_PROTECTION, {**key_values(key), "data_protection": document})


def count_deleted(ctx: Command, key: TopicKey) -> None:
    """One more subscription of the topic was deleted."""
    ctx.tx.execute(_ONE_MORE_DELETED, key_values(key))


def delete(ctx: Command, key: TopicKey) -> None:
    """Remove a topic with all that belongs to it."""
    for statement in _DELETE:
        ctx.tx.execute(statement, key_values(key))
