"""Messages as ReceiveMessage shows them.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import md5
from typing import Any, Final

import orjson

from windsock.services.sqs.dead_letters import EARLIER_RECEIVES, SOURCE_ARN
from windsock.services.sqs.errors import InvalidAttributeName
from windsock.services.sqs.message_attributes import digest, from_json
from windsock.services.sqs.queue import Queue
from windsock.services.sqs.receipts import receipt_handle
from windsock.services.sqs.sequence import sequence_number
from windsock.store.statements import Row

ALL: Final = "All"


class Receipt:
    """One message that is being received: its row and the receipt this is."""

    __slots__ = ("first_received_ms", "queue", "receives", "row", "system")

    def __init__(self, queue: Queue, row: Row, receives: int, first_received_ms: int) -> None:
        self.queue = queue
        self.row = row
        self.receives = receives
        self.first_received_ms = first_received_ms
        self.system: dict[str, Any] = orjson.loads(row.system)


# Each gives None for a message that does not have it.
_SYSTEM_ATTRIBUTES: Final[Mapping[str, Callable[[Receipt], str | None]]] = {
    "SenderId": lambda receipt: receipt.system.get("SenderId"),
    "SentTimestamp": lambda receipt: str(receipt.row.sent_ms),
    "ApproximateReceiveCount": lambda receipt: str(
        receipt.receives + receipt.system.get(EARLIER_RECEIVES, 0)
    ),
    "ApproximateFirstReceiveTimestamp": lambda receipt: str(receipt.first_received_ms),
    "SequenceNumber": lambda receipt: sequence_number(receipt.row.seq) if receipt.queue.fifo else None,
    "MessageDeduplicationId": lambda receipt: receipt.row.deduplication_id,
    "MessageGroupId": lambda receipt: receipt.row.group_id,
    "AWSTraceHeader": lambda receipt: receipt.system.get("AWSTraceHeader"),
    SOURCE_ARN: lambda receipt: receipt.system.get(SOURCE_ARN),
}


def system_attributes_wanted(names: Sequence[str]) -> Sequence[str]:
    """The system attributes that AttributeNames or MessageSystemAttributeNames asks for."""
    for name in names:
        if name != ALL and name not in _SYSTEM_ATTRIBUTES:
            raise InvalidAttributeName.unknown(name)
    return tuple(_SYSTEM_ATTRIBUTES) if ALL in names else tuple(names)


def shown(
    queue: Queue,
    row: Row,
    receives: int,
    first_received_ms: int,
    system_names: Sequence[str],
    wanted: Callable[[str], bool] | None,
) -> dict[str, Any]:
    """A message in the shape of `Message`, with the attributes asked for that it has."""
    message = {
        "MessageId": row.id,
        "ReceiptHandle": receipt_handle(queue, row.seq, receives),
        "MD5OfBody": md5(row.body.encode(), usedforsecurity=False).hexdigest(),
        "Body": row.body,
    }
    if system_names:
        receipt = Receipt(queue, row, receives, first_received_ms)
        values = {name: _SYSTEM_ATTRIBUTES[name](receipt) for name in system_names}
        attributes = {name: value for name, value in values.items() if value is not None}
        if attributes:
            message["Attributes"] = attributes
    if wanted is not None and row.attributes is not None:
        user_attributes = from_json(row.attributes, wanted)
        if user_attributes:
            message["MD5OfMessageAttributes"] = digest(user_attributes)
            message["MessageAttributes"] = user_attributes
    return message
