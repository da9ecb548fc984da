"""PutLogEvents.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Result, command
from windsock.services.logs.errors import InvalidParameter
from windsock.services.logs.expiry import kept_since
from windsock.services.logs.limits import (
    BATCH_BYTES,
    BATCH_SPAN_MS,
    EVENT_BYTES,
    EVENT_OVERHEAD_BYTES,
    TOO_NEW_MS,
    TOO_OLD_MS,
)
from windsock.services.logs.lookups import get_group, get_stream
from windsock.services.logs.metric_extraction import MetricExtraction
from windsock.services.logs.sequence_tokens import sequence_token
from windsock.services.logs.subscription_deliveries import Subscriptions
from windsock.services.logs.tables import events, groups, streams
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement

_INSERT = Statement(sa.insert(events))
_NOTE_ON_STREAM = Statement(
    sa.update(streams)
    .where(
        *in_scope(streams),
        streams.c.group_id == sa.bindparam("of_group"),
        streams.c.name == sa.bindparam("of_name"),
    )
    .values(
        first_event_ms=sa.bindparam("to_first"),
        last_event_ms=sa.bindparam("to_last"),
        last_ingestion_ms=sa.bindparam("to_ingestion"),
    )
)
_NOTE_ON_GROUP = Statement(
    sa.update(groups)
    .where(
        *in_scope(groups),
        groups.c.name == sa.bindparam("of_name"),
    )
    .values(
        stored_bytes=groups.c.stored_bytes + sa.bindparam("more_bytes"),
        next_seq=groups.c.next_seq + sa.bindparam("more_events"),
    )
)

Events = Sequence[dict[str, Any]]


@command("PutLogEvents")
def put_log_events(ctx: Command, params: Params) -> Result:
    """Add events to a stream. Those too old, expired or too new are left out, and the answer says which.

    The sequence token is ignored.
    """
    batch: Events = params["logEvents"]
    sizes = _sizes(batch)
    times = [event["timestamp"] for event in batch]
    if any(later < earlier for earlier, later in pairwise(times)):
        raise InvalidParameter("Log events in a single PutLogEvents request must be in chronological order.")
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    stream = get_stream(ctx.tx, group, params["logStreamName"])
    first, end, rejected = _accepted(times, group, ctx.now_ms)
    if first < end:
        if times[end - 1] - times[first] > BATCH_SPAN_MS:
            raise InvalidParameter(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
            )
        _keep(ctx, group, stream, batch[first:end], sizes[first:end])
    answer: dict[str, Any] = {"nextSequenceToken": sequence_token(stream.id)}
    if rejected:
        answer["rejectedLogEventsInfo"] = rejected
    return answer


def _sizes(batch: Events) -> list[int]:
    """What each event counts. Raises InvalidParameter for one, or a batch, that is too large."""
    sizes = []
    for event in batch:
        message: str = event["message"]
        length = len(message) if message.isascii() else len(message.encode())
        size = length + EVENT_OVERHEAD_BYTES
        if size > EVENT_BYTES:
            raise InvalidParameter(f"Log event too large: {size} bytes exceeds limit of {EVENT_BYTES}")
        sizes.append(size)
    if sum(sizes) > BATCH_BYTES:
        raise InvalidParameter(f"Upload too large: {sum(sizes)} bytes exceeds limit of {BATCH_BYTES}")
    return sizes


def _accepted(times: list[int], group: Row, now_ms: int) -> tuple[int, int, dict[str, int]]:
    """The first event that is accepted, the first one after those, and the answer's rejected info."""
    rejected: dict[str, int] = {}
    first = bisect_left(times, now_ms - TOO_OLD_MS)
    if first:
        rejected["tooOldLogEventEndIndex"] = first
    expired = bisect_left(times, kept_since(group.retention_days, now_ms))
    if expired > first:
        rejected["expiredLogEventEndIndex"] = first = expired
    end = bisect_right(times, now_ms + TOO_NEW_MS)
    if end < len(times):
        rejected["tooNewLogEventStartIndex"] = end
    return first, end, rejected


def _keep(ctx: Command, group: Row, stream: Row, batch: Events, sizes: list[int]) -> None:
    ctx.tx.execute_many(
        _INSERT,
        [
            {
                **ctx.scope.columns,
                "group_id": group.id,
                "stream_id": stream.id,
                "time_ms": event["timestamp"],
                "seq": seq,
                "ingested_ms": ctx.now_ms,
                "size": size,
                "message": event["message"],
            }
            for seq, (event, size) in enumerate(zip(batch, sizes, strict=True), group.next_seq)
        ],
    )
    stored = sum(sizes)
    _note(ctx, group, stream, batch, stored)
    _count(ctx, group, batch, stored)
    ctx.engine.part(Subscriptions).accept(ctx, group, stream.name, batch)


def _note(ctx: Command, group: Row, stream: Row, batch: Events, stored: int) -> None:
    """Note on stream and group what came."""
    oldest, newest = batch[0]["timestamp"], batch[-1]["timestamp"]
    ctx.tx.execute(
        _NOTE_ON_STREAM,
        {
            **ctx.scope.columns,
            "of_group": group.id,
            "of_name": stream.name,
            "to_first": min(stream.first_event_ms or oldest, oldest),
            "to_last": max(stream.last_event_ms, newest),
            "to_ingestion": ctx.now_ms,
        },
    )
    ctx.tx.execute(
        _NOTE_ON_GROUP,
        {
            **ctx.scope.columns,
            "of_name": group.name,
            "more_bytes": stored,
            "more_events": len(batch),
        },
    )


def _count(ctx: Command, group: Row, batch: Events, stored: int) -> None:
    """Count the service's own metrics of the group, and those that its metric filters extract.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
    """
    dimensions = {"LogGroupName": group.name}
    ctx.engine.metrics.count(ctx.scope, "AWS/Logs", "IncomingLogEvents", dimensions, len(batch))
    ctx.engine.metrics.count(ctx.scope, "AWS/Logs", "IncomingBytes", dimensions, stored)
    if group.metric_filters:
        ctx.engine.part(MetricExtraction).extract(ctx, group.name, batch)
