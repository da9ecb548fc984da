"""Queues: created, found, listed, purged and deleted.

Sources: API_CreateQueue, API_GetQueueUrl, API_ListQueues, API_PurgeQueue and API_DeleteQueue below
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.scope import Scope
from windsock.services.sqs.attribute_rules import checked, defaults, merged
from windsock.services.sqs.discarding import discard_heap, discard_queue
from windsock.services.sqs.errors import (
    InvalidParameterValue,
    PurgeQueueInProgress,
    QueueDoesNotExist,
    QueueNameExists,
)
from windsock.services.sqs.limits import PURGE_INTERVAL_MS
from windsock.services.sqs.pages import page_of
from windsock.services.sqs.parameters import required
from windsock.services.sqs.pollers import Pollers
from windsock.services.sqs.queue import OF_QUEUE, Queue, Queues, changed, changing, is_fifo_name, of_queue
from windsock.services.sqs.queue_urls import queue_url
from windsock.services.sqs.redrive import check_redrive_policy, dead_letter_arn
from windsock.services.sqs.retention import begin_sweeping
from windsock.services.sqs.tables import queues
from windsock.services.sqs.tags import check_tags
from windsock.store.schema import in_scope
from windsock.store.statements import Statement

_STANDARD_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIFO_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,75}\.fifo")

_INSERT = Statement(sa.insert(queues))
_DELETE = Statement(sa.delete(queues).where(OF_QUEUE))
_PURGE = Statement(
    sa.update(queues)
    .where(OF_QUEUE)
    .values(heap=sa.bindparam("new_heap"), purged_ms=sa.bindparam("new_purged_ms"))
)
# Names with a prefix lie between the prefix and the prefix followed by the greatest character.
_LIST = Statement(
    sa.select(queues.c.name)
    .where(
        *in_scope(queues),
        queues.c.name >= sa.bindparam("prefix"),
        queues.c.name < sa.bindparam("beyond"),
        queues.c.name > sa.bindparam("after"),
    )
    .order_by(queues.c.name)
    .limit(sa.bindparam("most"))
)
_GREATEST = "\U0010ffff"


@command("CreateQueue")
def create_queue(ctx: Command, params: Params) -> Result:
    """Create a queue, or answer the URL of the one that is there with the same attributes.

    A name may be used again at once after DeleteQueue; AWS has its callers wait 60 seconds.
    """
    name: str = required(params, "QueueName")
    given: Mapping[str, str] = params.get("Attributes") or {}
    fifo = _checked_name(name, given)
    attributes = checked(given, fifo=fifo)
    answer = {"QueueUrl": queue_url(ctx, ctx.scope.account, name)}
    existing = ctx.engine.part(Queues).read(ctx.tx, ctx.scope, name)
    if existing is not None:
        _check_same(existing, attributes)
        return answer
    tags = params.get("tags") or {}
    check_tags(tags)
    kept = merged({}, attributes)
    check_redrive_policy(ctx.engine, ctx.tx, ctx.scope, name, kept)
    _insert(ctx, name, kept, tags)
    return answer


@query("GetQueueUrl")
def get_queue_url(ctx: Query, params: Params) -> Result:
    """The URL of a queue, one's own or (QueueOwnerAWSAccountId) another account's."""
    owner = params.get("QueueOwnerAWSAccountId") or ctx.scope.account
    name = required(params, "QueueName")
    if ctx.engine.part(Queues).find(ctx.tx, Scope(owner, ctx.scope.region), name) is None:
        raise QueueDoesNotExist
    return {"QueueUrl": queue_url(ctx, owner, name)}


@query("ListQueues")
def list_queues(ctx: Query, params: Params) -> Result:
    """The URLs of the caller's queues, by name; in pages if MaxResults is given."""
    page = page_of(params)
    prefix = params.get("QueueNamePrefix") or ""
    rows = ctx.tx.rows(
        _LIST,
        {
            **ctx.scope.columns,
            "prefix": prefix,
            "beyond": prefix + _GREATEST,
            "after": page.after,
            "most": page.size + 1,
        },
    )
    names = [row.name for row in rows]
    answer = page.of("QueueUrls", names, lambda name: queue_url(ctx, ctx.scope.account, name))
    return answer if names else {}


@command("PurgeQueue")
def purge_queue(ctx: Command, params: Params) -> Result:
    """Remove all messages of a queue, at once. Raises PurgeQueueInProgress for a second time in a minute."""
    queue = changing(ctx, required(params, "QueueUrl"))
    if queue.purged_ms is not None and ctx.now_ms < queue.purged_ms + PURGE_INTERVAL_MS:
        raise PurgeQueueInProgress(queue.name)
    ctx.tx.execute(
        _PURGE, {**of_queue(queue), "new_heap": ctx.engine.ids.new(ctx.now_ms), "new_purged_ms": ctx.now_ms}
    )
    discard_heap(ctx.engine, ctx.tx, queue.scope, queue.heap)
    return None


@command("DeleteQueue")
def delete_queue(ctx: Command, params: Params) -> Result:
    """Delete a queue and all its messages."""
    queue = changing(ctx, required(params, "QueueUrl"))
    ctx.tx.execute(_DELETE, of_queue(queue))
    discard_heap(ctx.engine, ctx.tx, queue.scope, queue.heap)
    discard_queue(ctx.engine, ctx.tx, queue.scope, queue.id)
    pollers = ctx.engine.part(Pollers)
    ctx.tx.after_commit(lambda: pollers.wake_all(queue.id))
    return None


def _checked_name(name: str, attributes: Mapping[str, str]) -> bool:
    fifo = attributes.get("FifoQueue", "").lower() == "true"
    if fifo and not _FIFO_NAME.fullmatch(name):
        raise InvalidParameterValue(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
            "must end with .fifo suffix and be 1 to 80 in length"
        )
    if not fifo and not _STANDARD_NAME.fullmatch(name):
        raise InvalidParameterValue(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        )
    return fifo


def _check_same(existing: Queue, given: Mapping[str, str]) -> None:
    current = {**defaults(fifo=existing.fifo), **existing.attributes}
    for name, value in given.items():
        if value != current.get(name, ""):
            raise QueueNameExists(name)


def _insert(ctx: Command, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
    queue_id = ctx.engine.ids.new(ctx.now_ms)
    ctx.tx.execute(
        _INSERT,
        {
            **ctx.scope.columns,
            "name": name,
            "id": queue_id,
            "heap": queue_id,
            "attributes": orjson.dumps(attributes).decode(),
            "tags": orjson.dumps(tags).decode(),
            "dead_letter_arn": dead_letter_arn(attributes),
            "former_scope": None,
            "scope_until_ms": 0,
            "created_ms": ctx.now_ms,
            "modified_ms": ctx.now_ms,
            "purged_ms": None,
        },
    )
    changed(ctx, ctx.scope, name)
    retention = int({**defaults(fifo=is_fifo_name(name)), **attributes}["MessageRetentionPeriod"])
    begin_sweeping(ctx.engine, ctx.tx, ctx.scope, name, ctx.now_ms + retention * 1000)
