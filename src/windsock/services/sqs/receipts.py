"""Receipt handles: which message of which queue was received, and the how manieth time.

Source: "Receipt handle",
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from __future__ import annotations

import binascii
from base64 import b64encode
from typing import NamedTuple

from windsock.services.sqs.errors import ReceiptHandleIsInvalid
from windsock.services.sqs.queue import Queue


class Receipt(NamedTuple):
    """What a receipt handle says."""

    seq: int
    receives: int


def receipt_handle(queue: Queue, seq: int, receives: int) -> str:
    """The handle for the `receives`th receipt of a message."""
    return b64encode(b"%b %d %d" % (queue.id.encode(), seq, receives)).decode()


def parse_receipt(queue: Queue, handle: str) -> Receipt:
    """What a handle says; raises ReceiptHandleIsInvalid if it is none of this queue's."""
    try:
        queue_id, seq, receives = binascii.a2b_base64(handle, strict_mode=True).decode().split(" ")
        receipt = Receipt(int(seq), int(receives))
    except ValueError:
        raise ReceiptHandleIsInvalid(handle) from None
    if queue_id != queue.id:
        raise ReceiptHandleIsInvalid(handle)
    return receipt
