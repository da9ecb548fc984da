"""Instants as Health's events spell them: `Sat, 05 Jun 2016 15:10:09 GMT`, or ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from windsock.kernel.clock import to_ms
from windsock.services.health.errors import InvalidHealthEvent


def instant(text: str, member: str) -> int:
    """The instant, in milliseconds. Raises InvalidHealthEvent, which names the member."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, TypeError):
            continue
        return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    raise InvalidHealthEvent(f"{member} is no instant: {text!r}. Write it as 2016-06-05T15:10:09Z.")
