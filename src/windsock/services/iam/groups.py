"""Groups of users.

Sources: API_CreateGroup, API_GetGroup, API_ListGroups, API_UpdateGroup and API_DeleteGroup below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.iam import deletion, users
from windsock.services.iam.errors import LimitExceeded
from windsock.services.iam.limits import GROUPS
from windsock.services.iam.membership_rows import members_of
from windsock.services.iam.names import path_of, unique_id
from windsock.services.iam.pages import page, under_path
from windsock.services.iam.principals import GROUP
from windsock.store.statements import Row


@command("CreateGroup")
def create_group(ctx: Command, params: Params) -> Result:
    """Make a group without members."""
    name, path = params["GroupName"], path_of(params)
    GROUP.refuse_taken(ctx, name)
    if GROUP.rows.count(ctx) >= GROUPS:
        raise LimitExceeded.of("GroupsPerAccount", GROUPS)
    GROUP.rows.insert(
        ctx, key=name.lower(), name=name, id=unique_id(GROUP.prefix), path=path, created_ms=ctx.now_ms
    )
    return {"Group": shown(GROUP.named(ctx, name))}


@query("GetGroup")
def get_group(ctx: Query, params: Params) -> Result:
    """A group and the users in it."""
    group = GROUP.of(ctx, params)
    members = page(params, "Users", members_of(ctx, group), lambda row: row.key, users.listed)
    return {"Group": shown(group), **members}


@query("ListGroups")
def list_groups(ctx: Query, params: Params) -> Result:
    """The groups below a path."""
    found = under_path(params, GROUP.rows.all(ctx))
    return page(params, "Groups", found, lambda row: row.key, shown)


@command("UpdateGroup")
def update_group(ctx: Command, params: Params) -> Result:
    """Give a group another name, path or both."""
    group = GROUP.of(ctx, params)
    name = params.get("NewGroupName", group.name)
    path = path_of(params, "NewPath") if "NewPath" in params else group.path
    if name.lower() != group.key:
        GROUP.refuse_taken(ctx, name)
    GROUP.rows.update(ctx, {"key": group.key}, key=name.lower(), name=name, path=path)
    return None


@command("DeleteGroup")
def delete_group(ctx: Command, params: Params) -> Result:
    """Delete a group without members and policies. Raises DeleteConflict."""
    group = GROUP.of(ctx, params)
    deletion.refuse_used_group(ctx, group)
    GROUP.rows.delete(ctx, key=group.key)
    return None


def shown(group: Row) -> dict[str, Any]:
    """A group as it is told."""
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": GROUP.arn(group),
        "CreateDate": to_datetime(group.created_ms),
    }
