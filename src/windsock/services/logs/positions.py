"""Places between the events of a group, and the ids and tokens they are written as.

AWS's event ids are 56 digits: the timestamp in milliseconds above 144 further bits. Here those are the
event's number in its group (80 bits) and the group's number (64 bits), so that ids sort as events do.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from windsock.services.logs.errors import InvalidToken
from windsock.store.statements import Row

_TIME_SHIFT = 144
_SEQ_SHIFT = 64
_SEQ_MASK = (1 << (_TIME_SHIFT - _SEQ_SHIFT)) - 1
_TOKEN = re.compile(r"([fb])/([0-9]{56,64})/s")  # More than 56 where the time is after the year 2112.


class Position(NamedTuple):
    """Just before the event that has this timestamp and number, or where it would be."""

    time_ms: int
    seq: int


START = Position(0, 0)
END = Position(1 << 62, 0)


def position_in_token(time_ms: int, seq: int) -> Position:
    """A place read from a token. Raises InvalidToken for one where no event can be."""
    if not (0 <= time_ms <= END.time_ms and 0 <= seq <= END.time_ms):
        raise InvalidToken
    return Position(time_ms, seq)


def start_of(time_ms: int) -> Position:
    """The place before all events of a timestamp, or the end of all if none can have it."""
    return min(Position(time_ms, 0), END)


class Span(NamedTuple):
    """The events from `low` (it included) up to `high` (not included)."""

    low: Position
    high: Position

    def within(self, other: Span) -> Span:
        """What both have in common."""
        return Span(max(self.low, other.low), min(self.high, other.high))


class Token(NamedTuple):
    """A token of GetLogEvents: read on from `position`, forward or backward."""

    forward: bool
    position: Position


def before(event: Row) -> Position:
    """The place just before an event."""
    return Position(event.time_ms, event.seq)


def after(event: Row) -> Position:
    """The place just after an event."""
    return Position(event.time_ms, event.seq + 1)


def event_id(group_id: int, position: Position) -> str:
    """The id of the event at `position`: 56 digits."""
    number = (position.time_ms << _TIME_SHIFT) | (position.seq << _SEQ_SHIFT) | group_id
    return f"{number:056d}"


def write_token(forward: bool, group_id: int, position: Position) -> str:
    """`f/<56 digits>/s` to read on forward, `b/<56 digits>/s` backward."""
    return f"{'f' if forward else 'b'}/{event_id(group_id, position)}/s"


def read_token(text: str) -> Token:
    """The token in its parts. Raises InvalidToken."""
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise InvalidToken
    number = int(found[2])
    place = position_in_token(number >> _TIME_SHIFT, (number >> _SEQ_SHIFT) & _SEQ_MASK)
    return Token(found[1] == "f", place)
