"""GetLogEvents: a stream's events, page by page, in both directions.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from windsock.engine.operations import Params, Query, Result, query
from windsock.services.logs.expiry import first_kept
from windsock.services.logs.limits import PAGE_BYTES, PAGE_EVENTS
from windsock.services.logs.lookups import get_group, get_stream
from windsock.services.logs.names import group_asked
from windsock.services.logs.positions import (
    END,
    START,
    Span,
    after,
    before,
    read_token,
    start_of,
    write_token,
)
from windsock.services.logs.scans import Scan
from windsock.store.statements import Row


@query("GetLogEvents")
def get_log_events(ctx: Query, params: Params) -> Result:
    """A page of a stream, oldest event first. At an end the token in that direction stays the same.

    Without a token the page begins at the newest events, or at the oldest with `startFromHead`.
    """
    group = get_group(ctx.tx, ctx.scope, group_asked(ctx, params))
    stream = get_stream(ctx.tx, group, params["logStreamName"])
    asked = _asked_span(group, params, ctx.now_ms)
    token = read_token(params["nextToken"]) if params.get("nextToken") is not None else None
    if token is None:
        forward, span = bool(params.get("startFromHead")), asked
    elif token.forward:
        forward, span = True, asked.within(Span(token.position, END))
    else:
        forward, span = False, asked.within(Span(START, token.position))
    page = _page(Scan(ctx.tx, group, span, forward).of_stream(stream), params.get("limit") or PAGE_EVENTS)
    if not forward:
        page.reverse()
    nowhere = token.position if token is not None else asked.low
    first, last = (before(page[0]), after(page[-1])) if page else (nowhere, nowhere)
    return {
        "events": [_shown(event) for event in page],
        "nextForwardToken": write_token(True, group.id, last),
        "nextBackwardToken": write_token(False, group.id, first),
    }


def _asked_span(group: Row, params: Params, now_ms: int) -> Span:
    low = start_of(first_kept(group, params.get("startTime"), now_ms))
    end = params.get("endTime")
    return Span(low, END if end is None else start_of(end))


def _page(scan: Iterator[Row], limit: int) -> list[Row]:
    """The first events of a scan: `limit` at most, and one MB at most (one event in any case)."""
    page: list[Row] = []
    size = 0
    for event in scan:
        size += event.size
        if page and size > PAGE_BYTES:
            break
        page.append(event)
        if len(page) == limit:
            break
    return page


def _shown(event: Row) -> dict[str, Any]:
    return {"timestamp": event.time_ms, "message": event.message, "ingestionTime": event.ingested_ms}
