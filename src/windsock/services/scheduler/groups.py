"""Schedule groups. Every account has the group `default` in every region, without anybody making it.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.engine import Engine
from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.engine.tag_sets import NO_TAGS
from windsock.engine.timers import Timer, TimerKind, timer_kind
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.scheduler import schedule_rows
from windsock.services.scheduler.client_tokens import once
from windsock.services.scheduler.errors import Conflict, ServiceQuotaExceeded
from windsock.services.scheduler.firing import disarm
from windsock.services.scheduler.group_rows import (
    ACTIVE,
    DELETING,
    Group,
    all_groups,
    count_groups,
    find_group,
    put_group,
    remove_group,
    require_group,
)
from windsock.services.scheduler.limits import DELETED_AT_ONCE, SCHEDULE_GROUPS
from windsock.services.scheduler.names import DEFAULT_GROUP, group_arn
from windsock.services.scheduler.pages import page_size, start_after
from windsock.services.scheduler.tag_sets import with_tags
from windsock.store.transaction import Transaction

DELETION_KIND = "scheduler.group_deletion"


@command("CreateScheduleGroup")
def create_schedule_group(ctx: Command, params: Params) -> Result:
    """Make a group."""
    return once(ctx, params, _create)


@command("DeleteScheduleGroup")
def delete_schedule_group(ctx: Command, params: Params) -> Result:
    """Delete a group and its schedules; a large one remains DELETING until they are gone."""
    return once(ctx, params, _delete)


@query("GetScheduleGroup")
def get_schedule_group(ctx: Query, params: Params) -> Result:
    """A group."""
    return _shown(ctx.scope, require_group(ctx.tx, ctx.scope, params["Name"]))


@query("ListScheduleGroups")
def list_schedule_groups(ctx: Query, params: Params) -> Result:
    """The groups whose names begin with NamePrefix, by name."""
    prefix, size = params.get("NamePrefix", ""), page_size(params)
    (after,) = start_after(params, "")
    found = [
        group
        for group in all_groups(ctx.tx, ctx.scope)
        if group.name.startswith(prefix) and group.name > after
    ]
    return page("ScheduleGroups", found, size, lambda each: each.name, lambda each: _shown(ctx.scope, each))


def _create(ctx: Command, params: Params) -> dict[str, Any]:
    name: str = params["Name"]
    if find_group(ctx.tx, ctx.scope, name) is not None:
        raise Conflict(f"Schedule group {name} already exists.")
    if count_groups(ctx.tx, ctx.scope) >= SCHEDULE_GROUPS:
        raise ServiceQuotaExceeded("The maximum number of schedule groups has been reached.")
    tags = with_tags(NO_TAGS, params.get("Tags", ()))
    put_group(ctx.tx, ctx.scope, Group(name, ACTIVE, tags, ctx.now_ms, ctx.now_ms))
    return {"ScheduleGroupArn": group_arn(ctx.scope, name)}


def _delete(ctx: Command, params: Params) -> dict[str, Any]:
    name: str = params["Name"]
    if name == DEFAULT_GROUP:
        raise ValidationError("The default schedule group cannot be deleted.")
    group = require_group(ctx.tx, ctx.scope, name)
    put_group(ctx.tx, ctx.scope, group._replace(state=DELETING, modified_ms=ctx.now_ms))
    _delete_some(ctx.engine, ctx.tx, ctx.scope, name)
    return {}


def _delete_some(engine: Engine, tx: Transaction, scope: Scope, name: str) -> None:
    """Delete some of the group's schedules and have the rest follow; without any, delete the group."""
    doomed = schedule_rows.names_in_group(tx, scope, name, DELETED_AT_ONCE)
    for schedule in doomed:
        schedule_rows.remove(tx, scope, name, schedule)
        disarm(engine, tx, scope, name, schedule)
    if len(doomed) == DELETED_AT_ONCE:
        engine.timers.set(tx, scope, DELETION_KIND, name, engine.clock.now_ms())
    else:
        remove_group(tx, scope, name)


@timer_kind
class GroupDeletion(TimerKind):
    """Goes on deleting a group."""

    name = DELETION_KIND

    def fire(self, engine: Engine, tx: Transaction, timer: Timer) -> None:
        _delete_some(engine, tx, timer.scope, timer.key)


def _shown(scope: Scope, group: Group) -> dict[str, Any]:
    return {
        "Arn": group_arn(scope, group.name),
        "Name": group.name,
        "State": group.state,
        "CreationDate": to_datetime(group.created_ms),
        "LastModificationDate": to_datetime(group.modified_ms),
    }
