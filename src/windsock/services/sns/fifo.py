"""FIFO topics: deduplication over five minutes, and sequence numbers.

Sources: https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html,
https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from windsock.engine.operations import Command
from windsock.services.sns.errors import InvalidParameter
from windsock.services.sns.housekeeping import Housekeeping
from windsock.services.sns.limits import DEDUPLICATION_MS
from windsock.services.sns.message_rules import check_fifo_id
from windsock.services.sns.tables import deduplications, sequences
from windsock.services.sns.topic_cache import Topic
from windsock.store.schema import in_scope
from windsock.store.statements import Statement, upsert

_FIND = Statement(
    sa.select(deduplications.c.message_id, deduplications.c.sequence_number).where(
        *in_scope(deduplications),
        deduplications.c.topic == sa.bindparam("topic"),
        deduplications.c.message_group == sa.bindparam("message_group"),
        deduplications.c.deduplication_id == sa.bindparam("deduplication_id"),
        deduplications.c.until_ms > sa.bindparam("now"),
    )
)
_KEEP = Statement(upsert(deduplications, "message_id", "sequence_number", "until_ms"))
_insert = insert(sequences)
_NEXT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[column.name for column in sequences.primary_key],
        set_={"latest": sequences.c.latest + 1},
    ).returning(sequences.c.latest)
)
# AWS's are numbers of 20 digits that do not begin at 1.
_FIRST = 10_000_000_000_000_000_000


class FifoIds(NamedTuple):
    """The group and the deduplication id of a message; both empty for standard topics without a group."""

    group: str
    deduplication: str


class Accepted(NamedTuple):
    """What Publish answered for a message."""

    message_id: str
    sequence_number: str


def check_ids(topic: Topic, text: str, group: str | None, deduplication: str | None) -> FifoIds:
    """The ids of a message, the deduplication id made from its text where the topic says so."""
    if group is not None:
        check_fifo_id("MessageGroupId", group)
    if deduplication is not None:
        check_fifo_id("MessageDeduplicationId", deduplication)
    if not topic.is_fifo:
        if deduplication is not None:
            raise InvalidParameter(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that "
                "is not valid for this topic type"
            )
        return FifoIds(group or "", "")
    if group is None:
        raise InvalidParameter("The MessageGroupId parameter is required for FIFO topics")
    if deduplication is None:
        if not topic.is_content_deduplicated:
            raise InvalidParameter(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
                "provided explicitly"
            )
        deduplication = hashlib.sha256(text.encode()).hexdigest()
    return FifoIds(group, deduplication)


def earlier(ctx: Command, topic: Topic, ids: FifoIds) -> Accepted | None:
    """The message with the same id that was accepted in the last five minutes, or None."""
    row = ctx.tx.row(_FIND, {**_key(topic, ids), "now": ctx.now_ms})
    return None if row is None else Accepted(row.message_id, row.sequence_number)


def accept(ctx: Command, topic: Topic, ids: FifoIds, message_id: str) -> Accepted:
    """Give a message its sequence number, and remember it for five minutes."""
    scope = topic.key.scope
    until = ctx.now_ms + DEDUPLICATION_MS
    here = {**scope.columns, "topic": topic.key.name}
    sequence = ctx.tx.rows(_NEXT, {**here, "latest": 0})[0].latest
    accepted = Accepted(message_id, str(_FIRST + sequence))
    ctx.tx.execute(_KEEP, {**_key(topic, ids), **accepted._asdict(), "until_ms": until})
    ctx.engine.part(Housekeeping).expect(ctx.tx, scope, until)
    return accepted


def _key(topic: Topic, ids: FifoIds) -> dict[str, str]:
    return {
        **topic.key.scope.columns,
        "topic": topic.key.name,
        "message_group": ids.group if topic.is_deduplicated_by_group else "",
        "deduplication_id": ids.deduplication,
    }
