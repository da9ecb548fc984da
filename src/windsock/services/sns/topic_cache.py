"""Topics as publishing needs them: their subscribers with compiled filters and retry schedules.

Filled only inside write transactions, which see every change before them; a change drops its topic
and never loads it in the same transaction, so a change that is rolled back leaves nothing wrong
here. When a whole group of changes is lost, everything is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from windsock.languages.filters import FilterPolicy
from windsock.services.sns import topic_rows
from windsock.services.sns.arns import SubscriptionKey, TopicKey
from windsock.services.sns.delivery_policies import (
    RetrySchedule,
    content_type,
    receives_per_second,
    retry_schedule,
)
from windsock.services.sns.tables import subscriptions
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_OF_TOPIC = (
    *in_scope(subscriptions),
    subscriptions.c.topic == sa.bindparam("of_name"),
    subscriptions.c.state == "confirmed",
)
_SUBSCRIBERS = Statement(sa.select(subscriptions).where(*_OF_TOPIC).order_by(subscriptions.c.created_ms))
_SUBSCRIBER = Statement(
    sa.select(subscriptions).where(*_OF_TOPIC, subscriptions.c.id == sa.bindparam("of_id"))
)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A confirmed subscription. `lane` is where its deliveries are worked."""

    key: SubscriptionKey
    arn: str
    protocol: str
    endpoint: str
    owner: str
    is_raw: bool
    filter: FilterPolicy | None
    schedule: RetrySchedule
    content_type: str
    receives_per_second: int | None
    attributes: Mapping[str, str]
    lane: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and who is subscribed to it."""

    key: TopicKey
    arn: str
    attributes: Mapping[str, str]
    subscribers: tuple[Subscriber, ...]
    is_fifo: bool
    is_content_deduplicated: bool
    is_deduplicated_by_group: bool
    signature_version: str


class TopicCache:
    """The topics that were published to, by their key."""

    def __init__(self, engine: Engine) -> None:
        self._topics: dict[TopicKey, Topic] = {}
        engine.store.on_abort(self._topics.clear)

    def find(self, tx: Transaction, key: TopicKey) -> Topic | None:
        """A topic with its subscribers as they stand in this transaction, or None."""
        topic = self._topics.get(key)
        if topic is None:
            topic = _load(tx, key)
            if topic is not None:
                self._topics[key] = topic
        return topic

    def forget(self, key: TopicKey) -> None:
        """The topic or one of its subscriptions is being changed."""
        self._topics.pop(key, None)


def find_subscriber(tx: Snapshot, key: SubscriptionKey) -> Subscriber | None:
    """A confirmed subscription as it stands now, or None."""
    topic = topic_rows.find(tx, key.topic)
    row = tx.row(_SUBSCRIBER, {**topic_rows.key_values(key.topic), "of_id": key.id})
    return (
        None if topic is None or row is None else _subscriber(key.topic, orjson.loads(topic.attributes), row)
    )


def _load(tx: Snapshot, key: TopicKey) -> Topic | None:
    row = topic_rows.find(tx, key)
    if row is None:
        return None
    attributes = orjson.loads(row.attributes)
    found = tx.rows(_SUBSCRIBERS, topic_rows.key_values(key))
    return Topic(
        key=key,
        arn=key.arn,
        attributes=attributes,
        subscribers=tuple(_subscriber(key, attributes, each) for each in found),
        is_fifo=key.fifo,
        is_content_deduplicated=attributes.get("ContentBasedDeduplication") == "true",
        is_deduplicated_by_group=attributes.get("FifoThroughputScope") == "MessageGroup",
        # AWS signs nothing that a FIFO topic sends.
        signature_version="" if key.fifo else attributes.get("SignatureVersion", "1"),
    )


def _subscriber(topic: TopicKey, topic_attributes: Mapping[str, str], row: Any) -> Subscriber:
    key = SubscriptionKey(topic, row.id)
    attributes = orjson.loads(row.attributes)
    policy = attributes.get("FilterPolicy")
    scope = attributes.get("FilterPolicyScope", "MessageAttributes")
    return Subscriber(
        key=key,
        arn=key.arn,
        protocol=row.protocol,
        endpoint=row.endpoint,
        owner=row.owner,
        is_raw=attributes.get("RawMessageDelivery") == "true",
        filter=FilterPolicy.parse(policy, scope) if policy else None,
        schedule=retry_schedule(row.protocol, topic_attributes, attributes),
        content_type=content_type(topic_attributes, attributes),
        receives_per_second=receives_per_second(topic_attributes, attributes),
        attributes=attributes,
        lane=f"sns:{key.arn}",
    )
