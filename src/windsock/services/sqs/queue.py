"""A queue as the operations see it, and the queues kept in memory.

Sending and receiving look a queue up for every call, so what was read is kept until it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.sqs.attribute_rules import defaults
from windsock.services.sqs.errors import QueueDoesNotExist
from windsock.services.sqs.queue_urls import addressed
from windsock.services.sqs.sequence import Sequence
from windsock.services.sqs.tables import queues
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine
    from windsock.engine.operations import Command, Context

FIND = Statement(
    sa.select(queues).where(
        *in_scope(queues),
        queues.c.name == sa.bindparam("name"),
    )
)
# For statements that change the row of a queue, with the values of `of_queue`.
OF_QUEUE = sa.and_(
    *in_scope(queues),
    queues.c.name == sa.bindparam("of_name"),
)


@dataclass(frozen=True, slots=True)
class Redrive:
    """A RedrivePolicy: where messages go that were received `max_receives` times."""

    dead_letter_scope: Scope
    dead_letter_name: str
    max_receives: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue. `attributes` are those that were set, durations are milliseconds, sizes bytes.

    `key` holds the values that name the queue's heap in every statement on messages.
    """

    scope: Scope
    name: str
    arn: str
    id: str
    key: Mapping[str, str]
    fifo: bool
    attributes: Mapping[str, str]
    tags: Mapping[str, str]
    dimensions: Mapping[str, str]
    visibility_ms: int
    delay_ms: int
    retention_ms: int
    wait_seconds: int
    max_message_size: int
    content_based_deduplication: bool
    redrive: Redrive | None
    scope_now: str
    scope_before: str | None
    scope_until_ms: int
    created_ms: int
    modified_ms: int
    purged_ms: int | None

    @property
    def heap(self) -> str:
        """The id under which the queue's messages lie."""
        return self.key["heap"]

    def deduplicates_by_group(self, now_ms: int) -> bool:
        """Whether a deduplication id counts within its message group only."""
        scope = self.scope_before if now_ms < self.scope_until_ms else self.scope_now
        return scope == "messageGroup"


def is_fifo_name(name: str) -> bool:
    """Whether a name is a FIFO queue's."""
    return name.endswith(".fifo")


def queue_of_row(row: Row) -> Queue:
    """The queue that a row of `sqs_queues` describes."""
    fifo = is_fifo_name(row.name)
    scope = Scope(row.account, row.region)
    given: dict[str, str] = orjson.loads(row.attributes)
    all_attributes = {**defaults(fifo=fifo), **given}
    return Queue(
        scope=scope,
        name=row.name,
        arn=scope.arn("sqs", row.name),
        id=row.id,
        key={**scope.columns, "heap": row.heap},
        fifo=fifo,
        attributes=given,
        tags=orjson.loads(row.tags),
        dimensions={"QueueName": row.name},
        visibility_ms=int(all_attributes["VisibilityTimeout"]) * 1000,
        delay_ms=int(all_attributes["DelaySeconds"]) * 1000,
        retention_ms=int(all_attributes["MessageRetentionPeriod"]) * 1000,
        wait_seconds=int(all_attributes["ReceiveMessageWaitTimeSeconds"]),
        max_message_size=int(all_attributes["MaximumMessageSize"]),
        content_based_deduplication=all_attributes.get("ContentBasedDeduplication") == "true",
        redrive=redrive_of(given),
        scope_now=all_attributes.get("DeduplicationScope", "queue"),
        scope_before=row.former_scope,
        scope_until_ms=row.scope_until_ms,
        created_ms=row.created_ms,
        modified_ms=row.modified_ms,
        purged_ms=row.purged_ms,
    )


def redrive_of(attributes: Mapping[str, str]) -> Redrive | None:
    """What the RedrivePolicy among checked attributes says, if there is one."""
    text = attributes.get("RedrivePolicy")
    if not text:
        return None
    policy: dict[str, Any] = orjson.loads(text)
    arn = parse_arn(str(policy["deadLetterTargetArn"]))
    if arn is None:
        return None
    return Redrive(arn.scope, arn.resource, int(policy["maxReceiveCount"]))


class Queues:
    """The queues of an engine that were used. Only what is committed lasts in here."""

    def __init__(self, engine: Engine) -> None:
        self._sequence = engine.part(Sequence)
        self._kept: dict[tuple[Scope, str], Queue] = {}
        engine.store.on_abort(self._kept.clear)

    def find(self, tx: Snapshot, scope: Scope, name: str) -> Queue | None:
        """The queue `name` of `scope`, or None. May lag behind changes of the same commit."""
        kept = self._kept.get((scope, name))
        if kept is not None:
            return kept
        queue = self.read(tx, scope, name)
        if queue is not None:
            self._sequence.start_after(tx, queue.key)
            self._kept[scope, name] = queue
        return queue

    def read(self, tx: Snapshot, scope: Scope, name: str) -> Queue | None:
        """The queue as this transaction sees it: for those that are about to change it."""
        row = tx.row(FIND, {**scope.columns, "name": name})
        return None if row is None else queue_of_row(row)

    def forget(self, scope: Scope, name: str) -> None:
        """Read the queue anew when it is next asked for."""
        self._kept.pop((scope, name), None)


def of_queue(queue: Queue) -> dict[str, Any]:
    """The values for OF_QUEUE."""
    return {**queue.scope.columns, "of_name": queue.name}


def changing(ctx: Command, url: str) -> Queue:
    """The queue that a URL names, as it is in this transaction, which is about to change it.

    Raises InvalidAddress or QueueDoesNotExist.
    """
    scope, name = addressed(ctx.call, url)
    queue = ctx.engine.part(Queues).read(ctx.tx, scope, name)
    if queue is None:
        raise QueueDoesNotExist
    changed(ctx, scope, name)
    return queue


def changed(ctx: Command, scope: Scope, name: str) -> None:
    """Have a queue read anew once what this transaction does to it is committed."""
    kept = ctx.engine.part(Queues)
    ctx.tx.after_commit(lambda: kept.forget(scope, name))


def queue_at(ctx: Context, tx: Snapshot, url: str) -> Queue:
    """The queue that a URL names. Raises InvalidAddress or QueueDoesNotExist."""
    scope, name = addressed(ctx.call, url)
    queue = ctx.engine.part(Queues).find(tx, scope, name)
    if queue is None:
        raise QueueDoesNotExist
    return queue
