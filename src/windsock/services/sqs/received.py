"""Messages as ReceiveMessage shows them.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import md5
from typing import Any, Final, NamedTuple

import orjson

from windsock.services.sqs.dead_letters import EARLIER_RECEIVES, SOURCE_ARN
from windsock.services.sqs.errors import InvalidAttributeName
from windsock.services.sqs.message_attributes import digest, from_json
from windsock.services.sqs.queue import Queue
from windsock.services.sqs.receipts import receipt_handle
from windsock.services.sqs.sequence import sequence_number
from windsock.store.statements import Row

ALL: Final = "All"


class Received(NamedTuple):
    """One message that is being received: its row, and the receipt this is."""

    queue: Queue
    row: Row
    receives: int
    first_received_ms: int


System = Mapping[str, Any]

# Each gives None for a message that does not have it.
_SYSTEM_ATTRIBUTES: Final[Mapping[str, Callable[[Received, System], str | None]]] = {
    "SenderId": lambda _received, system: system.get("SenderId"),
    "SentTimestamp": lambda received, _system: str(received.row.sent_ms),
    "ApproximateReceiveCount": lambda received, system: str(
        received.receives + system.get(EARLIER_RECEIVES, 0)
    ),
    "ApproximateFirstReceiveTimestamp": lambda received, _system: str(received.first_received_ms),
    "SequenceNumber": lambda received, _system: (
        sequence_number(received.row.seq) if received.queue.fifo else None
    ),
    "MessageDeduplicationId": lambda received, _system: received.row.deduplication_id,
    "MessageGroupId": lambda received, _system: received.row.group_id,
    "AWSTraceHeader": lambda _received, system: system.get("AWSTraceHeader"),
    SOURCE_ARN: lambda _received, system: system.get(SOURCE_ARN),
}


def system_attributes_wanted(names: Sequence[str]) -> Sequence[str]:
    """The system attributes that AttributeNames or MessageSystemAttributeNames asks for."""
    for name in names:
        if name != ALL and name not in _SYSTEM_ATTRIBUTES:
            raise InvalidAttributeName.unknown(name)
    return tuple(_SYSTEM_ATTRIBUTES) if ALL in names else tuple(names)


def shown(
    received: Received, system_names: Sequence[str], wanted: Callable[[str], bool] | None
) -> dict[str, Any]:
    """A message in the shape of `Message`, with the attributes asked for that it has."""
    row = received.row
    message = {
        "MessageId": row.id,
        "ReceiptHandle": receipt_handle(received.queue, row.seq, received.receives),
        "MD5OfBody": md5(row.body.encode(), usedforsecurity=False).hexdigest(),
        "Body": row.body,
    }
    if system_names:
        attributes = _system_attributes(received, system_names)
        if attributes:
            message["Attributes"] = attributes
    if wanted is not None and row.attributes is not None:
        user_attributes = from_json(row.attributes, wanted)
        if user_attributes:
            message["MD5OfMessageAttributes"] = digest(user_attributes)
            message["MessageAttributes"] = user_attributes
    return message


def _system_attributes(received: Received, names: Sequence[str]) -> dict[str, str]:
    system: System = orjson.loads(received.row.system)
    values = {name: _SYSTEM_ATTRIBUTES[name](received, system) for name in names}
    return {name: value for name, value in values.items() if value is not None}
