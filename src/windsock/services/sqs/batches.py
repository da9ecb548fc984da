"""What all batch operations share: the rules for their entries, and entries that fail alone.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from windsock.kernel.errors import AwsError
from windsock.kernel.models import modeled_error
from windsock.services.sqs.errors import (
    BatchEntryIdsNotDistinct,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    TooManyEntriesInBatchRequest,
)
from windsock.services.sqs.limits import MAX_BATCH_ENTRIES

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")

Entry = Mapping[str, Any]


def check_entries(entries: Sequence[Entry] | None, entry_shape: str) -> Sequence[Entry]:
    """The entries of a batch, if there are 1 to 10 with valid ids of their own."""
    if not entries:
        raise EmptyBatchRequest(entry_shape)
    if len(entries) > MAX_BATCH_ENTRIES:
        raise TooManyEntriesInBatchRequest(MAX_BATCH_ENTRIES, len(entries))
    seen: set[str] = set()
    for entry in entries:
        entry_id = entry.get("Id") or ""
        if not _ID.fullmatch(entry_id):
            raise InvalidBatchEntryId
        if entry_id in seen:
            raise BatchEntryIdsNotDistinct(entry_id)
        seen.add(entry_id)
    return entries


def perform_each(entries: Sequence[Entry], perform: Callable[[Entry], None]) -> dict[str, Any]:
    """Perform each entry on its own: the ids of those that succeeded, and what failed."""
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            perform(entry)
        except AwsError as error:
            failed.append(failure(entry["Id"], error))
        else:
            successful.append({"Id": entry["Id"]})
    return outcome(successful, failed)


def failure(entry_id: str, error: AwsError) -> dict[str, Any]:
    """The result of an entry that failed. Its code is the query protocol's, in every protocol."""
    modeled = modeled_error("sqs", error.code)
    return {
        "Id": entry_id,
        "SenderFault": error.fault == "client",
        "Code": modeled.query_code if modeled else error.code,
        "Message": error.message,
    }


def outcome(successful: list[dict[str, Any]], failed: list[dict[str, Any]]) -> dict[str, Any]:
    """The result of a batch; a list that is empty is left out."""
    return ({"Successful": successful} if successful else {}) | ({"Failed": failed} if failed else {})
