"""Tags of queues.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.limits import MAX_TAGS
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import OF_QUEUE, Queue, changing, of_queue, queue_at
from windsock.services.sqs.tables import queues
from windsock.store.statements import Statement

_SET_TAGS = Statement(sa.update(queues).where(OF_QUEUE).values(tags=sa.bindparam("new_tags")))


@command("TagQueue")
def tag_queue(ctx: Command, params: Params) -> Result:
    """Add tags to a queue, or change their values."""
    queue = changing(ctx, required(params, "QueueUrl"))
    tags = {**queue.tags, **(params.get("Tags") or {})}
    check_tags(tags)
    _set(ctx, queue, tags)
    return None


@command("UntagQueue")
def untag_queue(ctx: Command, params: Params) -> Result:
    """Remove tags from a queue; those it does not have are no error."""
    queue = changing(ctx, required(params, "QueueUrl"))
    keys = required(params, "TagKeys")
    _set(ctx, queue, {key: value for key, value in queue.tags.items() if key not in keys})
    return None


@query("ListQueueTags")
def list_queue_tags(ctx: Query, params: Params) -> Result:
    """The tags of a queue; no member when there are none."""
    tags = queue_at(ctx, ctx.tx, required(params, "QueueUrl")).tags
    return {"Tags": dict(tags)} if tags else {}


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise InvalidParameterValue for more tags than a queue can have."""
    if len(tags) > MAX_TAGS:
        raise InvalidParameterValue(f"Too many tags added for queue. You can add up to {MAX_TAGS} tags.")


def _set(ctx: Command, queue: Queue, tags: Mapping[str, str]) -> None:
    ctx.tx.execute(_SET_TAGS, {**of_queue(queue), "new_tags": orjson.dumps(tags).decode()})
