"""Reading events in their order (timestamp, then as they came), along an index, a few rows at a time.

A scan is a generator: it fetches only what its consumer takes, and each fetch begins where the last
one ended, so that the cost of a page does not depend on how many events there are.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from windsock.services.logs.limits import FETCHED_ROWS
from windsock.services.logs.positions import Position, Span, after, before
from windsock.services.logs.tables import events, streams
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_AT = sa.tuple_(events.c.time_ms, events.c.seq)
_IN_GROUP = (
    *in_scope(events),
    events.c.group_id == sa.bindparam("of_group"),
)
_IN_SPAN = (
    sa.tuple_(sa.bindparam("low_time"), sa.bindparam("low_seq")) <= _AT,
    sa.tuple_(sa.bindparam("high_time"), sa.bindparam("high_seq")) > _AT,
)
_COLUMNS = (events.c.time_ms, events.c.seq, events.c.ingested_ms, events.c.size, events.c.message)


def _ordered(select: sa.Select[Any], forward: bool) -> Statement:
    order = (events.c.time_ms, events.c.seq)
    select = select.order_by(*(order if forward else (column.desc() for column in order)))
    return Statement(select.limit(sa.bindparam("most")))


# An outer join keeps the events on the outside, where their index gives the order; events of a deleted
# stream, not yet removed, have no name.
_OF_GROUP = (
    sa.select(*_COLUMNS, streams.c.name.label("stream"))
    .select_from(
        events.outerjoin(
            streams,
            sa.and_(
                streams.c.account == events.c.account,
                streams.c.region == events.c.region,
                streams.c.group_id == events.c.group_id,
                streams.c.id == events.c.stream_id,
            ),
        )
    )
    .where(*_IN_GROUP, *_IN_SPAN)
)
_OF_STREAM = sa.select(*_COLUMNS, sa.bindparam("stream_name").label("stream")).where(
    *_IN_GROUP, events.c.stream_id == sa.bindparam("of_stream"), *_IN_SPAN
)
_GROUP_SCANS = {forward: _ordered(_OF_GROUP, forward) for forward in (True, False)}
_STREAM_SCANS = {forward: _ordered(_OF_STREAM, forward) for forward in (True, False)}


@dataclass(frozen=True, slots=True)
class Scan:
    """What is read: the events of `group` in `span`, forward in time or backward."""

    tx: Snapshot
    group: Row
    span: Span
    forward: bool

    def of_group(self) -> Iterator[Row]:
        """The events of all streams. An event's `stream` is None if that was deleted."""
        return self._fetch(_GROUP_SCANS[self.forward], {}, FETCHED_ROWS)

    def of_stream(self, stream: Row, fetched: int = FETCHED_ROWS) -> Iterator[Row]:
        """The events of one stream, so many `fetched` at a time."""
        which = {"of_stream": stream.id, "stream_name": stream.name}
        return self._fetch(_STREAM_SCANS[self.forward], which, fetched)

    def of_streams(self, chosen: Sequence[Row]) -> Iterator[Row]:
        """The events of several streams, interleaved."""
        fetched = max(FETCHED_ROWS // max(len(chosen), 1), 10)
        scans = [self.of_stream(stream, fetched) for stream in chosen]
        order: Callable[[Row], Position] = before
        return heapq.merge(*scans, key=order, reverse=not self.forward)

    def _fetch(self, statement: Statement, which: dict[str, Any], fetched: int) -> Iterator[Row]:
        values = {
            "account": self.group.account,
            "region": self.group.region,
            "of_group": self.group.id,
            "most": fetched,
            **which,
        }
        low, high = self.span
        while low < high:
            rows = self.tx.rows(
                statement,
                {
                    **values,
                    "low_time": low.time_ms,
                    "low_seq": low.seq,
                    "high_time": high.time_ms,
                    "high_seq": high.seq,
                },
            )
            yield from rows
            if len(rows) < fetched:
                return
            if self.forward:
                low = after(rows[-1])
            else:
                high = before(rows[-1])
