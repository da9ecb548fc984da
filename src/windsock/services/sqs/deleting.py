"""Deleting messages that were received.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Result, command
from windsock.services.sqs import heap, measures
from windsock.services.sqs.batches import Entry, check_entries, perform_each
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue, queue_at
from windsock.services.sqs.receipts import parse_receipt


@command("DeleteMessage")
def delete_message(ctx: Command, params: Params) -> Result:
    """Delete a message. One that is gone already is no error.

    A standard queue takes every handle it gave for the message. A FIFO queue takes the latest
    one, while it hides the message.
    """
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    _delete(ctx, queue, params)
    return None


@command("DeleteMessageBatch")
def delete_message_batch(ctx: Command, params: Params) -> Result:
    """Delete up to ten messages, each on its own."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    entries = check_entries(params.get("Entries"), "DeleteMessageBatchRequestEntry")
    return perform_each(entries, lambda entry: _delete(ctx, queue, entry))


def _delete(ctx: Command, queue: Queue, entry: Entry) -> None:
    handle = required(entry, "ReceiptHandle")
    receipt = parse_receipt(queue, handle)
    message = heap.find(ctx.tx, queue, receipt.seq) if queue.fifo else None
    if message is not None and (message.receives != receipt.receives or message.visible_ms <= ctx.now_ms):
        raise InvalidParameterValue.of("ReceiptHandle", handle, "The receipt handle has expired.")
    if heap.remove(ctx.tx, queue, receipt.seq):
        measures.deleted(ctx.engine, queue)
    if message is not None:
        refresh_group(ctx.tx, queue, message.group_id)
        heap.wake_pollers(ctx.engine, ctx.tx, queue)
