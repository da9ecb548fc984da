"""Which queues use a queue as their dead-letter queue.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.services.sqs.pages import page_of
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue, queue_at
from windsock.services.sqs.queue_urls import queue_url
from windsock.services.sqs.tables import queues
from windsock.store.schema import in_scope
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

_SOURCES = Statement(
    sa.select(queues.c.name)
    .where(
        *in_scope(queues),
        queues.c.dead_letter_arn == sa.bindparam("arn"),
        queues.c.name > sa.bindparam("after"),
    )
    .order_by(queues.c.name)
    .limit(sa.bindparam("most"))
)


@query("ListDeadLetterSourceQueues")
def list_dead_letter_source_queues(ctx: Query, params: Params) -> Result:
    """The URLs of the queues whose RedrivePolicy names this one; in pages if MaxResults is given."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    page = page_of(params)
    names = source_names(ctx.tx, queue, page.after, page.size + 1)
    return page.of("queueUrls", names, lambda name: queue_url(ctx, queue.scope.account, name))


def source_names(tx: Snapshot, queue: Queue, after: str, most: int) -> list[str]:
    """The names of up to `most` source queues that sort after a name."""
    values = {
        **queue.scope.columns,
        "arn": queue.arn,
        "after": after,
        "most": most,
    }
    return [row.name for row in tx.rows(_SOURCES, values)]
