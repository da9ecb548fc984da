"""Tags on schedule groups; schedules have none.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

from collections.abc import Callable

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list, without_tags
from windsock.kernel.arns import parse_arn
from windsock.services.scheduler.errors import ResourceNotFound
from windsock.services.scheduler.group_rows import Group, put_group, require_group
from windsock.services.scheduler.tag_sets import with_tags


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Add tags, or change the values of those that are there."""
    return _change(ctx, params, lambda kept: with_tags(kept, params["Tags"]))


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Remove tags; keys that are not there are no error."""
    return _change(ctx, params, lambda kept: without_tags(kept, params["TagKeys"]))


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of a group."""
    return {"Tags": tag_list(_named(ctx, params["ResourceArn"]).tags)}


def _change(ctx: Command, params: Params, change: Callable[[str], str]) -> Result:
    group = _named(ctx, params["ResourceArn"])
    put_group(ctx.tx, ctx.scope, group._replace(tags=change(group.tags), modified_ms=ctx.now_ms))
    return {}


def _named(ctx: Query | Command, given: str) -> Group:
    arn = parse_arn(given)
    if arn is None or arn.scope != ctx.scope:
        raise ResourceNotFound(f"Resource {given} does not exist.")
    return require_group(ctx.tx, ctx.scope, arn.resource.removeprefix("schedule-group/"))
