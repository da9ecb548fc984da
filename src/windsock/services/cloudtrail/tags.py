"""Tags of trails.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
"""

from __future__ import annotations

from collections.abc import Callable

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list, without_tags
from windsock.services.cloudtrail import trail_rows
from windsock.services.cloudtrail.errors import ResourceNotFound, TrailNotFound
from windsock.services.cloudtrail.tag_sets import with_tags
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@command("AddTags")
def add_tags(ctx: Command, params: Params) -> Result:
    """Add tags, or change the values of those that are there."""
    return _change(ctx, params, lambda kept: with_tags(kept, params["TagsList"]))


@command("RemoveTags")
def remove_tags(ctx: Command, params: Params) -> Result:
    """Remove tags; those that are not there are no error."""
    keys = [tag["Key"] for tag in params["TagsList"]]
    return _change(ctx, params, lambda kept: without_tags(kept, keys))


@query("ListTags")
def list_tags(ctx: Query, params: Params) -> Result:
    """The tags of each trail named."""
    return {
        "ResourceTagList": [
            {"ResourceId": arn, "TagsList": tag_list(_named(ctx.tx, ctx, arn).tags)}
            for arn in params["ResourceIdList"]
        ]
    }


def _change(ctx: Command, params: Params, change: Callable[[str], str]) -> Result:
    row = _named(ctx.tx, ctx, params["ResourceId"])
    trail_rows.change(ctx.tx, row, tags=change(row.tags))
    return {}


def _named(tx: Snapshot, ctx: Query | Command, arn: str) -> Row:
    try:
        return trail_rows.require(tx, trail_rows.Viewer(ctx.scope), arn)
    except TrailNotFound as error:
        raise ResourceNotFound(f"The resource {arn} does not exist.") from error
