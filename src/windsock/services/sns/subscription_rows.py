"""The rows of subscriptions: found, made, changed, removed."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.sns.arns import SubscriptionKey, TopicKey
from windsock.services.sns.tables import subscriptions as table
from windsock.services.sns.topic_rows import key_values as topic_values
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

_OF_TOPIC = sa.and_(
    *in_scope(table),
    table.c.topic == sa.bindparam("of_name"),
)
_OF = sa.and_(_OF_TOPIC, table.c.id == sa.bindparam("of_id"))
_FIND = Statement(sa.select(table).where(_OF, table.c.state != "ended"))
_BY_ENDPOINT = Statement(
    sa.select(table).where(
        _OF_TOPIC,
        table.c.endpoint == sa.bindparam("of_endpoint"),
        table.c.protocol == sa.bindparam("of_protocol"),
        table.c.state != "ended",
    )
)
_BY_TOKEN = Statement(sa.select(table).where(_OF_TOPIC, table.c.token == sa.bindparam("of_token")))
_WITH_FILTER = Statement(
    sa.select(sa.func.count()).where(_OF_TOPIC, table.c.attributes.like('%"FilterPolicy":"{%'))
)
INSERT = Statement(sa.insert(table))
_SET_ATTRIBUTES = Statement(sa.update(table).where(_OF).values(attributes=sa.bindparam("attributes")))
_CONFIRM = Statement(
    sa.update(table)
    .where(_OF)
    .values(
        state="confirmed",
        authenticated=sa.bindparam("authenticated"),
        authenticate_on_unsubscribe=sa.bindparam("authenticate_on_unsubscribe"),
    )
)
_DELETE = Statement(sa.delete(table).where(_OF))
_END = Statement(sa.update(table).where(_OF).values(state="ended"))
_DELETE_UNCONFIRMED = Statement(sa.delete(table).where(_OF, table.c.state != "confirmed"))


def _values(key: SubscriptionKey) -> dict[str, Any]:
    return {**topic_values(key.topic), "of_id": key.id}


def key_of(row: Any) -> SubscriptionKey:
    """The key of the subscription in a row."""
    return SubscriptionKey(TopicKey(Scope(row.account, row.region), row.topic), row.id)


def find(tx: Snapshot, key: SubscriptionKey) -> Any | None:
    """The row of a subscription that is pending or confirmed, or None."""
    return tx.row(_FIND, _values(key))


def find_by_endpoint(tx: Snapshot, topic: TopicKey, protocol: str, endpoint: str) -> Any | None:
    """The row of the subscription of an endpoint, or None."""
    return tx.row(_BY_ENDPOINT, {**topic_values(topic), "of_endpoint": endpoint, "of_protocol": protocol})


def find_by_token(tx: Snapshot, topic: TopicKey, token: str) -> Any | None:
    """The row of the subscription a token was made for, or None."""
    return tx.row(_BY_TOKEN, {**topic_values(topic), "of_token": token})


def count_filters(tx: Snapshot, topic: TopicKey) -> int:
    """How many subscriptions of a topic have a filter policy."""
    number: int = tx.scalar(_WITH_FILTER, topic_values(topic))
    return number


def set_attributes(tx: Transaction, key: SubscriptionKey, attributes: dict[str, str]) -> None:
    """Replace the attributes that were set."""
    tx.execute(_SET_ATTRIBUTES, {**_values(key), "attributes": orjson.dumps(attributes).decode()})


def confirm(tx: Transaction, key: SubscriptionKey, *, authenticated: bool, only_owner_ends: bool) -> None:
    """The endpoint's owner wants the messages."""
    tx.execute(
        _CONFIRM,
        {
            **_values(key),
            "authenticated": int(authenticated),
            "authenticate_on_unsubscribe": int(only_owner_ends),
        },
    )


def delete(tx: Transaction, key: SubscriptionKey) -> None:
    """Remove a subscription."""
    tx.execute(_DELETE, _values(key))


def end(tx: Transaction, key: SubscriptionKey) -> None:
    """Stop a subscription in a way that its token can undo."""
    tx.execute(_END, _values(key))


def delete_unconfirmed(tx: Transaction, key: SubscriptionKey) -> None:
    """Remove a subscription that waits for a confirmation which did not come."""
    tx.execute(_DELETE_UNCONFIRMED, _values(key))
