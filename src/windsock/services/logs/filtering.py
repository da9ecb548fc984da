"""FilterLogEvents: a search through the streams of a group.

One call reads a bounded number of events; if there are more it answers with a nextToken, even where
nothing was found yet, as AWS does.
Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import make_token
from windsock.services.logs.errors import InvalidParameter
from windsock.services.logs.expiry import first_kept
from windsock.services.logs.limits import (
    DESCENDING_SINCE_MS,
    MERGED_STREAMS,
    PAGE_BYTES,
    PAGE_EVENTS,
    SEARCHED_BYTES,
    SEARCHED_EVENTS,
)
from windsock.services.logs.lookups import get_group, get_stream
from windsock.services.logs.names import group_asked
from windsock.services.logs.pages import AFTER_ALL, start_after
from windsock.services.logs.patterns import parse_pattern
from windsock.services.logs.positions import (
    END,
    START,
    Span,
    after,
    before,
    event_id,
    position_in_token,
    start_of,
)
from windsock.services.logs.scans import Scan
from windsock.services.logs.tables import streams
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement

_BEGINNING_WITH = Statement(
    sa.select(streams)
    .where(
        *in_scope(streams),
        streams.c.group_id == sa.bindparam("of_group"),
        streams.c.name >= sa.bindparam("of_first"),
        streams.c.name < sa.bindparam("of_last"),
    )
    .limit(MERGED_STREAMS + 1)
)

Accepts = Callable[[str], bool]


@query("FilterLogEvents")
def filter_log_events(ctx: Query, params: Params) -> Result:
    """A page of the events whose messages a pattern accepts, of all streams or of some, by timestamp."""
    group = get_group(ctx.tx, ctx.scope, group_asked(ctx, params))
    forward, span = _direction_and_span(group, params, ctx.now_ms)
    scan = _chosen(ctx, group, params, Scan(ctx.tx, group, span, forward))
    page = _Page(params.get("limit") or PAGE_EVENTS, _accepts(params.get("filterPattern")))
    stopped_at = page.fill(scan)
    answer: dict[str, Any] = {
        "events": [_shown(group, event) for event in page.found],
        "searchedLogStreams": [],  # AWS has answered an empty list since 2020-05-15.
    }
    if stopped_at is not None:
        place = before(stopped_at) if forward else after(stopped_at)
        answer["nextToken"] = make_token([int(forward), *place])
    return answer


def _direction_and_span(group: Row, params: Params, now_ms: int) -> tuple[bool, Span]:
    end = params.get("endTime")
    low = start_of(first_kept(group, params.get("startTime"), now_ms))
    span = Span(low, END if end is None else start_of(end + 1))
    if params.get("nextToken") is not None:
        forward, time_ms, seq = start_after(params, 0, 0, 0)
        place = position_in_token(time_ms, seq)
        return bool(forward), span.within(Span(place, END) if forward else Span(START, place))
    forward = params.get("startFromHead", True)
    if not forward and (params.get("startTime") or 0) < DESCENDING_SINCE_MS:
        raise InvalidParameter("startFromHead can be false only if startTime is on or after January 1, 2024.")
    return forward, span


def _chosen(ctx: Query, group: Row, params: Params, scan: Scan) -> Iterator[Row]:
    """The events of the streams that are asked for."""
    names = params.get("logStreamNames")
    prefix = params.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise InvalidParameter("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
    if names is not None:
        return scan.of_streams([get_stream(ctx.tx, group, name) for name in dict.fromkeys(names)])
    if prefix is None:
        return scan.of_group()
    found = ctx.tx.rows(
        _BEGINNING_WITH,
        {**ctx.scope.columns, "of_group": group.id, "of_first": prefix, "of_last": prefix + AFTER_ALL},
    )
    if len(found) <= MERGED_STREAMS:
        return scan.of_streams(found)
    return (event._replace(stream=_if_prefixed(event.stream, prefix)) for event in scan.of_group())


def _if_prefixed(stream: str | None, prefix: str) -> str | None:
    return stream if stream is not None and stream.startswith(prefix) else None


def _accepts(pattern: str | None) -> Accepts | None:
    return parse_pattern(pattern).accepts if pattern else None


class _Page:
    """The events found so far, and what finding them has cost."""

    def __init__(self, limit: int, accepts: Accepts | None) -> None:
        self.found: list[Row] = []
        self._limit = limit
        self._accepts = accepts
        self._size = 0

    def fill(self, scan: Iterator[Row]) -> Row | None:
        """Take from the scan until the page is full or the search long enough; the first event not taken."""
        searched_size = 0
        for searched, event in enumerate(scan):
            enough = searched == SEARCHED_EVENTS or searched_size > SEARCHED_BYTES
            if enough or len(self.found) == self._limit:
                return event
            searched_size += event.size
            if event.stream is None or (self._accepts is not None and not self._accepts(event.message)):
                continue
            if self.found and self._size + event.size > PAGE_BYTES:
                return event
            self._size += event.size
            self.found.append(event)
        return None


def _shown(group: Row, event: Row) -> dict[str, Any]:
    return {
        "logStreamName": event.stream,
        "timestamp": event.time_ms,
        "message": event.message,
        "ingestionTime": event.ingested_ms,
        "eventId": event_id(group.id, before(event)),
    }
