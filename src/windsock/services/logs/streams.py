"""Log streams.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html,
API_DeleteLogStream.html and API_DescribeLogStreams.html beside it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.scope import Scope
from windsock.services.logs import sweeping
from windsock.services.logs.errors import InvalidParameter, ResourceAlreadyExists
from windsock.services.logs.lookups import find_stream, get_group, get_stream, new_number
from windsock.services.logs.names import group_asked, stream_arn
from windsock.services.logs.pages import AFTER_ALL, by_name, limit_of, page_of, prefix_range, start_after
from windsock.services.logs.sequence_tokens import sequence_token
from windsock.services.logs.tables import streams
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement

_INSERT = Statement(sa.insert(streams))
_IN_GROUP = (
    *in_scope(streams),
    streams.c.group_id == sa.bindparam("of_group"),
)
_DELETE = Statement(sa.delete(streams).where(*_IN_GROUP, streams.c.name == sa.bindparam("of_name")))
_NAMED = (
    sa.select(streams)
    .where(*_IN_GROUP, streams.c.name >= sa.bindparam("of_first"), streams.c.name < sa.bindparam("of_last"))
    .limit(sa.bindparam("most"))
)
_LATEST = sa.tuple_(streams.c.last_event_ms, streams.c.name)
_AFTER_LATEST = sa.tuple_(sa.bindparam("of_latest"), sa.bindparam("of_after"))
_BY_LATEST = sa.select(streams).where(*_IN_GROUP).limit(sa.bindparam("most"))

# By what they order and whether they descend.
_LISTS = {
    ("LogStreamName", False): Statement(
        _NAMED.where(streams.c.name > sa.bindparam("of_after")).order_by(streams.c.name)
    ),
    ("LogStreamName", True): Statement(
        _NAMED.where(streams.c.name < sa.bindparam("of_after")).order_by(streams.c.name.desc())
    ),
    ("LastEventTime", False): Statement(
        _BY_LATEST.where(_LATEST > _AFTER_LATEST).order_by(streams.c.last_event_ms, streams.c.name)
    ),
    ("LastEventTime", True): Statement(
        _BY_LATEST.where(_LATEST < _AFTER_LATEST).order_by(
            streams.c.last_event_ms.desc(), streams.c.name.desc()
        )
    ),
}
_LATEST_OF_ALL = 2**62


@command("CreateLogStream")
def create_log_stream(ctx: Command, params: Params) -> Result:
    """Make an empty stream."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    name: str = params["logStreamName"]
    if find_stream(ctx.tx, group, name) is not None:
        raise ResourceAlreadyExists("The specified log stream already exists")
    ctx.tx.execute(
        _INSERT,
        {
            **ctx.scope.columns,
            "group_id": group.id,
            "name": name,
            "id": new_number(),
            "created_ms": ctx.now_ms,
            "first_event_ms": 0,
            "last_event_ms": 0,
            "last_ingestion_ms": 0,
        },
    )
    return {}


@command("DeleteLogStream")
def delete_log_stream(ctx: Command, params: Params) -> Result:
    """Delete a stream. It is gone at once; its events are removed bit by bit."""
    group = get_group(ctx.tx, ctx.scope, params["logGroupName"])
    stream = get_stream(ctx.tx, group, params["logStreamName"])
    ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_group": group.id, "of_name": stream.name})
    sweeping.remove_stream(ctx.engine, ctx.tx, ctx.scope, group, stream.id)
    return {}


@query("DescribeLogStreams")
def describe_log_streams(ctx: Query, params: Params) -> Result:
    """The streams of a group by name or by their latest event; those without any count as oldest."""
    group = get_group(ctx.tx, ctx.scope, group_asked(ctx, params))
    order = params.get("orderBy") or "LogStreamName"
    descending = bool(params.get("descending"))
    by_event = order == "LastEventTime"
    if by_event and params.get("logStreamNamePrefix") is not None:
        raise InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
    limit = limit_of(params)
    start = _after_event(params, descending) if by_event else _after_name(params, descending)
    values: dict[str, Any] = {**ctx.scope.columns, "of_group": group.id, "most": limit + 1, **start}
    rows = ctx.tx.rows(_LISTS[order, descending], values)
    return page_of(
        "logStreams",
        rows,
        limit,
        _by_event if by_event else by_name,
        lambda stream: _described(ctx.scope, group, stream),
    )


def _after_name(params: Params, descending: bool) -> dict[str, str]:
    values = prefix_range(params, "logStreamNamePrefix")
    if descending and not values["of_after"]:
        values["of_after"] = AFTER_ALL
    return values


def _after_event(params: Params, descending: bool) -> dict[str, int | str]:
    latest, name = start_after(params, _LATEST_OF_ALL if descending else -1, "")
    return {"of_latest": latest, "of_after": name}


def _by_event(stream: Row) -> tuple[int, str]:
    return (stream.last_event_ms, stream.name)


def _described(scope: Scope, group: Row, stream: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "logStreamName": stream.name,
        "creationTime": stream.created_ms,
        "arn": stream_arn(scope, group.name, stream.name),
        "storedBytes": 0,  # AWS has reported zero for streams since 2019-06-17.
    }
    if stream.last_ingestion_ms:
        shown["firstEventTimestamp"] = stream.first_event_ms
        shown["lastEventTimestamp"] = stream.last_event_ms
        shown["lastIngestionTime"] = stream.last_ingestion_ms
        shown["uploadSequenceToken"] = sequence_token(stream.id)
    return shown
