"""The tables of SQS.

A queue's messages lie in its *heap*. Purging gives the queue a new heap and deleting drops the
queue; the old heap is then removed in chunks, so neither depends on how much was in it.

`seq` numbers an engine's messages in the order they were accepted, so it is also the order of a
FIFO queue.
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import in_scope, number, scoped_table, text

# `attributes` and `tags` are JSON maps of texts; `dead_letter_arn` repeats what RedrivePolicy says.
# Until `scope_until_ms` the deduplication scope is still `former_scope`.
queues = scoped_table(
    "sqs_queues",
    text("name", key=True),
    text("id"),
    text("heap"),
    text("attributes"),
    text("tags"),
    text("dead_letter_arn", optional=True),
    text("former_scope", optional=True),
    number("scope_until_ms"),
    number("created_ms"),
    number("modified_ms"),
    number("purged_ms", optional=True),
)
sa.Index("sqs_queues_dead_letter", queues.c.account, queues.c.region, queues.c.dead_letter_arn, queues.c.name)

# A message may be received from `visible_ms` on. `attributes` is a JSON map of [type, value] with
# binary values in base64; `system` a JSON map of what else ReceiveMessage tells of the message.
messages = scoped_table(
    "sqs_messages",
    text("heap", key=True),
    number("seq", key=True),
    text("id"),
    number("visible_ms"),
    number("receives"),
    number("sent_ms"),
    number("first_received_ms", optional=True),
    number("received_ms", optional=True),
    text("group_id", optional=True),
    text("deduplication_id", optional=True),
    text("attributes", optional=True),
    text("system"),
    text("body"),
)
# Receiving walks it in order and stops; counting reads nothing else.
sa.Index(
    "sqs_messages_visible",
    messages.c.account,
    messages.c.region,
    messages.c.heap,
    messages.c.visible_ms,
    messages.c.seq,
    messages.c.sent_ms,
    messages.c.receives,
)
_grouped = messages.c.group_id.is_not(None)
sa.Index(
    "sqs_messages_group",
    messages.c.account,
    messages.c.region,
    messages.c.heap,
    messages.c.group_id,
    messages.c.seq,
    sqlite_where=_grouped,
)

# The message groups of FIFO queues that hold messages: the first message of each, and when that
# becomes visible. While it is not, the group is locked, however many messages wait behind it.
groups = scoped_table(
    "sqs_groups",
    text("heap", key=True),
    text("group_id", key=True),
    number("head_seq"),
    number("available_ms"),
)
sa.Index(
    "sqs_groups_available",
    groups.c.account,
    groups.c.region,
    groups.c.heap,
    groups.c.available_ms,
    groups.c.head_seq,
)

# What FIFO queues accepted in the last five minutes; `key` holds the group too when the scope is one.
deduplications = scoped_table(
    "sqs_deduplications",
    text("queue_id", key=True),
    text("key", key=True),
    text("message_id"),
    number("seq"),
    number("expires_ms"),
)
sa.Index(
    "sqs_deduplications_expires",
    deduplications.c.account,
    deduplications.c.region,
    deduplications.c.queue_id,
    deduplications.c.expires_ms,
)

# What receive attempts with an id of their own were given: a JSON list of [seq, receives].
attempts = scoped_table(
    "sqs_receive_attempts",
    text("queue_id", key=True),
    text("attempt_id", key=True),
    text("receipts"),
    number("expires_ms"),
)
sa.Index(
    "sqs_receive_attempts_expires",
    attempts.c.account,
    attempts.c.region,
    attempts.c.queue_id,
    attempts.c.expires_ms,
)

# Message move tasks. Only messages up to `last_seq`, those there at the start, are moved.
move_tasks = scoped_table(
    "sqs_move_tasks",
    text("source_arn", key=True),
    text("id", key=True),
    text("destination_arn", optional=True),
    number("rate", optional=True),
    text("status"),
    text("failure", optional=True),
    number("started_ms"),
    number("last_seq"),
    number("to_move"),
    number("moved"),
)


def of_heap(table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that a row is of a queue's heap, which `Queue.key` names."""
    return sa.and_(*in_scope(table), table.c.heap == sa.bindparam("heap"))
