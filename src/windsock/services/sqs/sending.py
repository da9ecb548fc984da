"""Sending messages.

Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

from __future__ import annotations

from collections.abc import Sequence as Entries
from typing import Any

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.services.sqs import heap, measures
from windsock.services.sqs.batches import Entry, check_entries, failure, outcome
from windsock.services.sqs.deduplication import Accepted, find_accepted, remember_accepted
from windsock.services.sqs.drafts import Draft, drafted
from windsock.services.sqs.errors import BatchRequestTooLong, InvalidParameterValue
from windsock.services.sqs.limits import MAX_BATCH_SIZE
from windsock.services.sqs.message_attributes import size_of
from windsock.services.sqs.parameters import required
from windsock.services.sqs.queue import Queue, queue_at
from windsock.services.sqs.sequence import Sequence, sequence_number


@command("SendMessage")
def send_message(ctx: Command, params: Params) -> Result:
    """Accept a message; a FIFO queue answers a repeat within five minutes with the first one's ids."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    draft = drafted(queue, ctx.call.caller, params)
    if draft.size > queue.max_message_size:
        raise InvalidParameterValue(
            "One or more parameters are invalid. "
            f"Reason: Message must be shorter than {queue.max_message_size} bytes."
        )
    added: list[tuple[Draft, heap.NewMessage]] = []
    answer = _accept(ctx, queue, draft, added)
    _store(ctx, queue, added)
    return answer


@command("SendMessageBatch")
def send_message_batch(ctx: Command, params: Params) -> Result:
    """Accept up to ten messages, each on its own."""
    queue = queue_at(ctx, ctx.tx, required(params, "QueueUrl"))
    entries = check_entries(params.get("Entries"), "SendMessageBatchRequestEntry")
    _check_batch_size(entries)
    if queue.fifo and not all(entry.get("MessageGroupId") for entry in entries):
        raise InvalidParameterValue("The request must contain the parameter MessageGroupId.")
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    added: list[tuple[Draft, heap.NewMessage]] = []
    for entry in entries:
        try:
            draft = drafted(queue, ctx.call.caller, entry)
            _check_entry_size(queue, draft)
        except AwsError as error:
            failed.append(failure(entry["Id"], error))
        else:
            successful.append({"Id": entry["Id"], **_accept(ctx, queue, draft, added)})
    _store(ctx, queue, added)
    return outcome(successful, failed)


def _accept(
    ctx: Command, queue: Queue, draft: Draft, added: list[tuple[Draft, heap.NewMessage]]
) -> dict[str, Any]:
    """The answer for a message, which goes to the `added` unless it repeats an earlier one."""
    now = ctx.now_ms
    group, deduplication_id = draft.group_id, draft.deduplication_id
    if group is None or deduplication_id is None:
        message = _new_message(ctx, draft, now)
        added.append((draft, message))
        return {**draft.digests, "MessageId": message["id"]}
    accepted = find_accepted(ctx.tx, queue, group, deduplication_id, now)
    if accepted is None:
        message = _new_message(ctx, draft, now)
        added.append((draft, message))
        accepted = Accepted(message["id"], message["seq"])
        remember_accepted(ctx.tx, queue, group, deduplication_id, accepted, now)
    else:
        measures.deduplicated(ctx.engine, queue)
    return {
        **draft.digests,
        "MessageId": accepted.message_id,
        "SequenceNumber": sequence_number(accepted.seq),
    }


def _new_message(ctx: Command, draft: Draft, now_ms: int) -> heap.NewMessage:
    return {
        "seq": ctx.engine.part(Sequence).next(now_ms),
        "id": uuid4(),
        "visible_ms": now_ms + draft.delay_ms,
        "sent_ms": now_ms,
        "group_id": draft.group_id,
        "deduplication_id": draft.deduplication_id,
        "attributes": draft.attributes,
        "system": draft.system,
        "body": draft.body,
    }


def _store(ctx: Command, queue: Queue, added: list[tuple[Draft, heap.NewMessage]]) -> None:
    if added:
        heap.put_many(ctx.engine, ctx.tx, queue, [message for _, message in added])
        measures.sent(ctx.engine, queue, [draft.size for draft, _ in added])


def _check_batch_size(entries: Entries[Entry]) -> None:
    total = sum(
        len((entry.get("MessageBody") or "").encode()) + size_of(entry.get("MessageAttributes") or {})
        for entry in entries
    )
    if total > MAX_BATCH_SIZE:
        raise BatchRequestTooLong(MAX_BATCH_SIZE, total)


def _check_entry_size(queue: Queue, draft: Draft) -> None:
    if draft.size > queue.max_message_size:
        raise InvalidParameterValue(
            "One or more parameters cannot be validated. "
            f"Reason: Message must be shorter than {queue.max_message_size} bytes."
        )
