"""The numbers of messages: ever greater, so that they also give a FIFO queue its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from windsock.services.sqs.tables import messages, of_heap
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# Room for a million messages within one millisecond; the millisecond itself takes 43 bits.
_COUNTER_BITS: Final = 20

_LATEST = Statement(
    sa.select(sa.func.max(messages.c.seq)).where(
        of_heap(messages),
    )
)


class Sequence:
    """Makes the numbers of one engine. A number tells the millisecond it was made in."""

    def __init__(self, _engine: Engine) -> None:
        self._latest = 0

    def next(self, now_ms: int) -> int:
        """A number greater than every one before."""
        self._latest = max(self._latest + 1, now_ms << _COUNTER_BITS)
        return self._latest

    def start_after(self, tx: Snapshot, heap: Mapping[str, str]) -> None:
        """Make only numbers greater than those in a heap, even if the clock was set back."""
        self._latest = max(self._latest, tx.scalar(_LATEST, heap) or 0)


def first_number_at(instant_ms: int) -> int:
    """The least number that a message accepted at this instant can have."""
    return instant_ms << _COUNTER_BITS


def sequence_number(seq: int) -> str:
    """A number as a FIFO queue's SequenceNumber: 20 digits, of which AWS promises only that they grow.

    Source: API_SendMessage, "SequenceNumber".
    """
    return f"1{seq:019d}"
