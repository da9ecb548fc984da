"""Changing for how long a received message stays hidden.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Result, command
from windsock.services.sqs import heap
from windsock.services.sqs.batches import Entry, check_entries, perform_each
from windsock.services.sqs.errors import InvalidParameterValue
from windsock.services.sqs.fifo_groups import refresh_group
from windsock.services.sqs.limits import MAX_VISIBILITY_TIMEOUT
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue, queue_at
from windsock.services.sqs.receipts import Receipt, parse_receipt
from windsock.store.statements import Row


@command("ChangeMessageVisibility")
def change_message_visibility(ctx: Command, params: Params) -> Result:
    """Hide a message for VisibilityTimeout seconds from now; 0 gives it back at once."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    _change(ctx, queue, params)
    return None


@command("ChangeMessageVisibilityBatch")
def change_message_visibility_batch(ctx: Command, params: Params) -> Result:
    """Change up to ten messages, each on its own."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    entries = check_entries(params.get("Entries"), "ChangeMessageVisibilityBatchRequestEntry")
    return perform_each(entries, lambda entry: _change(ctx, queue, entry))


def _change(ctx: Command, queue: Queue, entry: Entry) -> None:
    handle = required(entry, "ReceiptHandle")
    timeout: int = required(entry, "VisibilityTimeout")
    if not 0 <= timeout <= MAX_VISIBILITY_TIMEOUT:
        reason = f"VisibilityTimeout must be an integer between 0 and {MAX_VISIBILITY_TIMEOUT}"
        raise InvalidParameterValue.of("VisibilityTimeout", timeout, reason)
    receipt = parse_receipt(queue, handle)
    now = ctx.now_ms
    message = heap.find(ctx.tx, queue, receipt.seq)
    if message is None or not _can_change(queue, message, receipt, now):
        reason = "Message does not exist or is not available for visibility timeout change."
        raise InvalidParameterValue.of("ReceiptHandle", handle, reason)
    visible_ms = now + timeout * 1000
    if visible_ms - (message.received_ms or now) > MAX_VISIBILITY_TIMEOUT * 1000:
        reason = (
            f"Total VisibilityTimeout for the message is beyond the limit [{MAX_VISIBILITY_TIMEOUT} seconds]"
        )
        raise InvalidParameterValue.of("VisibilityTimeout", timeout, reason)
    heap.hide_until(ctx.tx, queue, receipt.seq, visible_ms)
    if queue.fifo:
        refresh_group(ctx.tx, queue, message.group_id)
    heap.wake_pollers(ctx.engine, ctx.tx, queue)


def _can_change(queue: Queue, message: Row, receipt: Receipt, now_ms: int) -> bool:
    if message.sent_ms <= now_ms - queue.retention_ms:
        return False
    # A standard queue takes a handle even after its time (recorded at AWS); a FIFO queue does not.
    return not queue.fifo or bool(message.receives == receipt.receives and message.visible_ms > now_ms)
