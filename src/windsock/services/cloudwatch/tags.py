"""Tags of alarms and dashboards.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

from collections.abc import Callable

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list, without_tags
from windsock.kernel.arns import parse_arn
from windsock.services.cloudwatch import alarm_rows, dashboard_rows
from windsock.services.cloudwatch.errors import ResourceNotFound
from windsock.services.cloudwatch.tag_sets import with_tags
from windsock.store.statements import Row


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
    """The tags of an alarm or a dashboard."""
    return {"Tags": tag_list(_named(ctx, params["ResourceARN"])[1].tags)}


def _change(ctx: Command, params: Params, change: Callable[[str], str]) -> Result:
    kind, row = _named(ctx, params["ResourceARN"])
    tags = change(row.tags)
    if kind == "alarm":
        alarm_rows.change(ctx.tx, row, tags=tags)
    else:
        dashboard_rows.put(ctx.tx, ctx.scope.of_account, {**row._asdict(), "tags": tags})
    return {}


def _named(ctx: Query | Command, given: str) -> tuple[str, Row]:
    arn = parse_arn(given)
    resource = arn.resource if arn is not None and arn.account == ctx.scope.account else ""
    if resource.startswith("alarm:"):
        row = alarm_rows.find(ctx.tx, ctx.scope, resource.removeprefix("alarm:"))
        if row is not None:
            return "alarm", row
    if resource.startswith("dashboard/"):
        row = dashboard_rows.find(ctx.tx, ctx.scope.of_account, resource.removeprefix("dashboard/"))
        if row is not None:
            return "dashboard", row
    raise ResourceNotFound(f"Unknown resource: {given}")
