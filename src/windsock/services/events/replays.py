"""Replays: the events of an archive, put back on the bus they came from.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html and the pages of the
other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime, to_ms
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.events import replaying, rule_rows
from windsock.services.events.archives import archive_arn, check_one_filter
from windsock.services.events.archiving import find_archive
from windsock.services.events.buses import bus_of_arn
from windsock.services.events.errors import (
    IllegalStatus,
    LimitExceeded,
    ResourceAlreadyExists,
    ResourceNotFound,
    rule_not_found,
)
from windsock.services.events.limits import ACTIVE_REPLAYS
from windsock.services.events.names import bus_arn
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.rule_index import rule_arn
from windsock.services.events.tables import replays
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_ACTIVE: Final = ("STARTING", "RUNNING", "CANCELLING")
_CANCELLABLE: Final = ("STARTING", "RUNNING")

_IN_SCOPE = in_scope(replays)
_ALL = Statement(sa.select(replays).where(*_IN_SCOPE).order_by(replays.c.name))
_COUNT_ACTIVE = Statement(
    sa.select(sa.func.count()).where(*_IN_SCOPE, sa.or_(*(replays.c.state == state for state in _ACTIVE)))
)
_INSERT = Statement(sa.insert(replays))
_CANCEL = Statement(
    sa.update(replays).where(*_IN_SCOPE, replays.c.name == sa.bindparam("of_name")).values(state="CANCELLING")
)


@command("StartReplay")
def start_replay(ctx: Command, params: Params) -> Result:
    """Begin to put the events of a window of time back on their bus."""
    name: str = params["ReplayName"]
    destination = params["Destination"]
    bus = bus_of_arn(ctx.tx, ctx.scope, destination["Arn"], "Destination.Arn")
    archive = _archive(ctx, params["EventSourceArn"])
    start_ms, end_ms = to_ms(params["EventStartTime"]), to_ms(params["EventEndTime"])
    if start_ms >= end_ms:
        raise ValidationError(
            "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
        )
    if archive.bus != bus:
        raise ValidationError(
            "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."
        )
    if replaying.find_replay(ctx.tx, ctx.scope, name) is not None:
        raise ResourceAlreadyExists(f"Replay {name} already exists.")
    if ctx.tx.scalar(_COUNT_ACTIVE, ctx.scope.columns) >= ACTIVE_REPLAYS:
        raise LimitExceeded
    filters = destination.get("FilterArns", [])
    _check_rules(ctx, bus, filters)
    ctx.tx.execute(
        _INSERT,
        {
            **ctx.scope.columns,
            "name": name,
            "description": params.get("Description"),
            "archive": archive.name,
            "archive_id": archive.id,
            "bus": bus,
            "rules": orjson.dumps(list(filters)).decode() if filters else None,
            "state": "STARTING",
            "state_reason": None,
            "event_start_ms": start_ms,
            "event_end_ms": end_ms,
            "before_id": ctx.engine.ids.new(ctx.now_ms),
            "started_ms": ctx.now_ms,
            "ended_ms": None,
            **replaying.before_the_first(start_ms),
        },
    )
    replaying.begin(ctx.engine, ctx.tx, ctx.scope, name)
    started = {"State": "STARTING", "ReplayStartTime": to_datetime(ctx.now_ms)}
    return {"ReplayArn": _replay_arn(ctx.scope, name), **started}


@command("CancelReplay")
def cancel_replay(ctx: Command, params: Params) -> Result:
    """End a replay early; what it has replayed stays replayed."""
    replay = _require_replay(ctx.tx, ctx.scope, params["ReplayName"])
    if replay.state not in _CANCELLABLE:
        raise IllegalStatus(f"Replay {replay.name} is not in a valid state for this operation.")
    ctx.tx.execute(_CANCEL, {**ctx.scope.columns, "of_name": replay.name})
    return {"ReplayArn": _replay_arn(ctx.scope, replay.name), "State": "CANCELLING"}


@query("DescribeReplay")
def describe_replay(ctx: Query, params: Params) -> Result:
    """A replay, and how far it has come."""
    replay = _require_replay(ctx.tx, ctx.scope, params["ReplayName"])
    destination: dict[str, Any] = {"Arn": bus_arn(ctx.scope, replay.bus)}
    if replay.rules:
        destination["FilterArns"] = orjson.loads(replay.rules)
    answer = {"ReplayArn": _replay_arn(ctx.scope, replay.name), "Destination": destination}
    if replay.description:
        answer["Description"] = replay.description
    return {**answer, **_listed(ctx.scope, replay)}


@query("ListReplays")
def list_replays(ctx: Query, params: Params) -> Result:
    """The replays by name: all, or those that one of the filters lets through."""
    check_one_filter(params, "ListReplays")
    source = params.get("EventSourceArn")
    prefix, state = params.get("NamePrefix", ""), params.get("State")
    after, size = start_after(params, ""), page_size(params)
    found = [
        replay
        for replay in ctx.tx.rows(_ALL, ctx.scope.columns)
        if replay.name > after
        and replay.name.startswith(prefix)
        and state in (None, replay.state)
        and source in (None, archive_arn(ctx.scope, replay.archive))
    ]
    return page("Replays", found, size, lambda replay: replay.name, lambda replay: _listed(ctx.scope, replay))


def _require_replay(tx: Snapshot, scope: Scope, name: str) -> Row:
    replay = replaying.find_replay(tx, scope, name)
    if replay is None:
        raise ResourceNotFound(f"Replay {name} does not exist.")
    return replay


def _archive(ctx: Command, given: str) -> Row:
    arn = parse_arn(given)
    name = arn.resource.removeprefix("archive/") if arn is not None else given
    archive = find_archive(ctx.tx, ctx.scope, name)
    if arn is None or arn.scope != ctx.scope or archive is None:
        raise ValidationError(
            f"Parameter EventSourceArn is not valid. Reason: Archive {name} does not exist."
        )
    return archive


def _check_rules(ctx: Command, bus: str, given: list[str]) -> None:
    """Raise ResourceNotFound when one of the rules (ARNs) is none of the bus."""
    for arn in given:
        name = arn.rpartition("/")[2]
        if arn != rule_arn(ctx.scope, bus, name) or rule_rows.find(ctx.tx, ctx.scope, bus, name) is None:
            raise rule_not_found(name, bus)


def _replay_arn(scope: Scope, name: str) -> str:
    return scope.arn("events", f"replay/{name}")


def _listed(scope: Scope, replay: Row) -> dict[str, Any]:
    listed = {
        "ReplayName": replay.name,
        "EventSourceArn": archive_arn(scope, replay.archive),
        "State": replay.state,
        "EventStartTime": to_datetime(replay.event_start_ms),
        "EventEndTime": to_datetime(replay.event_end_ms),
        "ReplayStartTime": to_datetime(replay.started_ms),
    }
    if replay.state_reason:
        listed["StateReason"] = replay.state_reason
    if replay.last_replayed_ms is not None:
        listed["EventLastReplayedTime"] = to_datetime(replay.last_replayed_ms)
    if replay.ended_ms is not None:
        listed["ReplayEndTime"] = to_datetime(replay.ended_ms)
    return listed
