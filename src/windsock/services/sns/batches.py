"""Publishing up to ten messages at once.

Source: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html. Recorded at AWS: a wrong
message attribute, structure or FIFO parameter fails the whole request; a wrong text or subject only
its entry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.errors import AwsError
from windsock.services.sns import fifo
from windsock.services.sns.arns import required
from windsock.services.sns.errors import (
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    InvalidParameter,
    TooManyEntriesInBatchRequest,
)
from windsock.services.sns.limits import MAX_BATCH_ENTRIES, MAX_BATCH_ENTRY_ID_LENGTH, MAX_MESSAGE_BYTES
from windsock.services.sns.message_rules import check_attributes, size_of, structured
from windsock.services.sns.messages import Message
from windsock.services.sns.publishing import accept, find_topic, publish_accepted, read_message
from windsock.services.sns.topic_cache import Topic

_ID: Final = re.compile(r"[A-Za-z0-9_-]*")


@command("PublishBatch")
def publish_batch(ctx: Command, params: Params) -> Result:
    """Accept messages for a topic, each with an outcome of its own."""
    topic = find_topic(ctx, required(params, "TopicArn"))
    entries: Sequence[Params] = params.get("PublishBatchRequestEntries") or []
    _check_ids(entries)
    _check_contents(topic, entries)
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    accepted: list[Message] = []
    for entry in entries:
        try:
            message = read_message(ctx, topic, entry)
        except InvalidParameter as error:
            failed.append(_failure(entry["Id"], error))
        else:
            successful.append({"Id": entry["Id"], **accept(ctx, topic, message, accepted)})
    publish_accepted(ctx, topic, accepted)
    return {"Successful": successful, "Failed": failed}


def _check_ids(entries: Sequence[Params]) -> None:
    if not entries:
        raise EmptyBatchRequest("The batch request doesn't contain any entries.")
    if len(entries) > MAX_BATCH_ENTRIES:
        raise TooManyEntriesInBatchRequest("The batch request contains more entries than permissible.")
    if len({entry.get("Id") for entry in entries}) != len(entries):
        raise BatchEntryIdsNotDistinct("Two or more batch entries in the request have the same Id.")
    for entry in entries:
        entry_id = required(entry, "Id")
        if len(entry_id) > MAX_BATCH_ENTRY_ID_LENGTH:
            raise InvalidBatchEntryId(f"The Id of a batch entry in the batch request is too long: {entry_id}")
        if not _ID.fullmatch(entry_id):
            raise InvalidBatchEntryId(
                "The Id of a batch entry in a batch request can contain only alphanumeric characters, "
                "hyphens and underscores."
            )


def _check_contents(topic: Topic, entries: Sequence[Params]) -> None:
    size = 0
    for position, entry in enumerate(entries, start=1):
        text, attributes = entry.get("Message") or "", entry.get("MessageAttributes") or {}
        check_attributes(attributes, f"publishBatchRequestEntries.{position}.member.")
        structured(text, entry.get("MessageStructure"))
        size += size_of(text, attributes)
    if size > MAX_MESSAGE_BYTES:
        raise BatchRequestTooLong("The length of all the messages put together is more than the limit.")
    for entry in entries:
        text = entry.get("Message") or ""
        fifo.check_ids(topic, text, entry.get("MessageGroupId"), entry.get("MessageDeduplicationId"))


def _failure(entry_id: str, error: AwsError) -> dict[str, Any]:
    return {"Id": entry_id, "Code": error.code, "Message": error.message, "SenderFault": True}
