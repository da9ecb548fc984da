"""Who is in which group.

Sources: API_AddUserToGroup, API_RemoveUserFromGroup and API_ListGroupsForUser below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam import groups
from windsock.services.iam.errors import LimitExceeded
from windsock.services.iam.limits import GROUPS_PER_USER
from windsock.services.iam.membership_rows import groups_of, membership_rows
from windsock.services.iam.pages import page
from windsock.services.iam.principals import GROUP, USER


@command("AddUserToGroup")
def add_user_to_group(ctx: Command, params: Params) -> Result:
    """Add a user; one who is in the group already stays in it."""
    group, user = GROUP.of(ctx, params), USER.of(ctx, params)
    if membership_rows.find(ctx, user=user.id, group=group.id) is not None:
        return None
    if membership_rows.count(ctx, user=user.id) >= GROUPS_PER_USER:
        raise LimitExceeded.of("GroupsPerUser", GROUPS_PER_USER)
    membership_rows.insert(ctx, user=user.id, group=group.id)
    return None


@command("RemoveUserFromGroup")
def remove_user_from_group(ctx: Command, params: Params) -> Result:
    """Remove a user; one who is not in the group is no error."""
    user, group = USER.of(ctx, params), GROUP.of(ctx, params)
    membership_rows.delete(ctx, user=user.id, group=group.id)
    return None


@query("ListGroupsForUser")
def list_groups_for_user(ctx: Query, params: Params) -> Result:
    """The groups a user is in."""
    found = groups_of(ctx, USER.of(ctx, params))
    return page(params, "Groups", found, lambda row: row.key, groups.shown)
