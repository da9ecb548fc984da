"""Schedules: made, changed, shown and deleted.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html and the pages of the
other operations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.clock import to_datetime, to_ms
from windsock.kernel.limits import TARGET_MAX_AGE_SECONDS, TARGET_MAX_ATTEMPTS
from windsock.kernel.scope import Scope
from windsock.services.scheduler import firing, schedule_rows
from windsock.services.scheduler.client_tokens import once
from windsock.services.scheduler.errors import Conflict, schedule_not_found
from windsock.services.scheduler.group_rows import require_active_group, require_group
from windsock.services.scheduler.names import DEFAULT_GROUP, schedule_arn
from windsock.services.scheduler.pages import page_size, start_after
from windsock.services.scheduler.schedule_checks import check_schedule
from windsock.services.scheduler.target_checks import check_target
from windsock.store.statements import Row


@command("CreateSchedule")
def create_schedule(ctx: Command, params: Params) -> Result:
    """Make a schedule."""
    return once(ctx, params, _create)


@command("UpdateSchedule")
def update_schedule(ctx: Command, params: Params) -> Result:
    """Replace a schedule whole: what is not given is reset."""
    return once(ctx, params, _update)


@command("DeleteSchedule")
def delete_schedule(ctx: Command, params: Params) -> Result:
    """Delete a schedule; invocations that have begun are still tried again."""
    return once(ctx, params, _delete)


@query("GetSchedule")
def get_schedule(ctx: Query, params: Params) -> Result:
    """A schedule."""
    return _shown(ctx.scope, _require(ctx, params))


@query("ListSchedules")
def list_schedules(ctx: Query, params: Params) -> Result:
    """The schedules of a group, or of all groups, whose names begin with NamePrefix."""
    group: str | None = params.get("GroupName")
    if group is not None:
        require_group(ctx.tx, ctx.scope, group)
    size = page_size(params)
    after_group, after_name = start_after(params, "", "")
    found = schedule_rows.page_of(
        ctx.tx,
        ctx.scope,
        group,
        (after_group, after_name),
        params.get("NamePrefix", ""),
        params.get("State", ""),
        size + 1,
    )
    return page(
        "Schedules", found, size, lambda row: [row.group_name, row.name], lambda row: _listed(ctx.scope, row)
    )


def _create(ctx: Command, params: Params) -> dict[str, Any]:
    name, group = params["Name"], _group(params)
    _check(ctx, params)
    require_active_group(ctx.tx, ctx.scope, group)
    if schedule_rows.find(ctx.tx, ctx.scope, group, name) is not None:
        raise Conflict(f"Schedule {name} already exists.")
    return _put(ctx, params, anchor_ms=ctx.now_ms, created_ms=ctx.now_ms)


def _update(ctx: Command, params: Params) -> dict[str, Any]:
    _check(ctx, params)
    require_active_group(ctx.tx, ctx.scope, _group(params))
    existing = _require(ctx, params)
    # A rate goes on at its pace when something else of its schedule changes.
    goes_on = _timing(params) == (existing.expression, existing.timezone, existing.start_ms)
    anchor_ms = existing.anchor_ms if goes_on else ctx.now_ms
    return _put(ctx, params, anchor_ms=anchor_ms, created_ms=existing.created_ms)


def _delete(ctx: Command, params: Params) -> dict[str, Any]:
    name, group = params["Name"], _group(params)
    if not schedule_rows.remove(ctx.tx, ctx.scope, group, name):
        raise schedule_not_found(name)
    firing.disarm(ctx.engine, ctx.tx, ctx.scope, group, name)
    return {}


def _check(ctx: Command, params: Params) -> None:
    check_schedule(params, ctx.now_ms)
    check_target(ctx.engine, ctx.scope, params["Target"])


def _put(ctx: Command, params: Params, *, anchor_ms: int, created_ms: int) -> dict[str, Any]:
    scope, group, name = ctx.scope, _group(params), params["Name"]
    expression, timezone, start_ms = _timing(params)
    values = {
        "expression": expression,
        "timezone": timezone,
        "anchor_ms": anchor_ms,
        "start_ms": start_ms,
        "end_ms": _instant(params, "EndDate"),
        "window_minutes": params["FlexibleTimeWindow"].get("MaximumWindowInMinutes") or 0,
        "state": params.get("State") or firing.ENABLED,
        "after_completion": params.get("ActionAfterCompletion") or "NONE",
        "description": params.get("Description"),
        "kms_key": params.get("KmsKeyArn"),
        "target": orjson.dumps(_with_policy(params["Target"])).decode(),
        "created_ms": created_ms,
        "modified_ms": ctx.now_ms,
    }
    schedule_rows.put(ctx.tx, scope, group, name, values)
    firing.arm(ctx.engine, ctx.tx, scope, group, name)
    return {"ScheduleArn": schedule_arn(scope, group, name)}


def _timing(params: Params) -> tuple[str, str, int | None]:
    zone = params.get("ScheduleExpressionTimezone") or "UTC"
    return params["ScheduleExpression"], zone, _instant(params, "StartDate")


def _instant(params: Params, member: str) -> int | None:
    moment = params.get(member)
    return None if moment is None else to_ms(moment)


def _with_policy(target: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        "MaximumEventAgeInSeconds": TARGET_MAX_AGE_SECONDS,
        "MaximumRetryAttempts": TARGET_MAX_ATTEMPTS,
    }
    return {**target, "RetryPolicy": {**defaults, **target.get("RetryPolicy", {})}}


def _group(params: Params) -> str:
    return params.get("GroupName") or DEFAULT_GROUP


def _require(ctx: Query | Command, params: Params) -> Row:
    require_group(ctx.tx, ctx.scope, _group(params))
    row = schedule_rows.find(ctx.tx, ctx.scope, _group(params), params["Name"])
    if row is None:
        raise schedule_not_found(params["Name"])
    return row


def _shown(scope: Scope, row: Row) -> dict[str, Any]:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": row.window_minutes}
    shown = {
        **_listed(scope, row),
        "ScheduleExpression": row.expression,
        "ScheduleExpressionTimezone": row.timezone,
        "StartDate": None if row.start_ms is None else to_datetime(row.start_ms),
        "EndDate": None if row.end_ms is None else to_datetime(row.end_ms),
        "Description": row.description,
        "KmsKeyArn": row.kms_key,
        "Target": orjson.loads(row.target),
        "FlexibleTimeWindow": window if row.window_minutes else {"Mode": "OFF"},
        "ActionAfterCompletion": row.after_completion,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _listed(scope: Scope, row: Row) -> dict[str, Any]:
    return {
        "Arn": schedule_arn(scope, row.group_name, row.name),
        "Name": row.name,
        "GroupName": row.group_name,
        "State": row.state,
        "CreationDate": to_datetime(row.created_ms),
        "LastModificationDate": to_datetime(row.modified_ms),
        "Target": {"Arn": orjson.loads(row.target)["Arn"]},
    }
