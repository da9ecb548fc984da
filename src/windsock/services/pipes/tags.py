"""Tags on pipes.

Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_TagResource.html
"""

from __future__ import annotations

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import without_tags
from windsock.kernel.arns import parse_arn
from windsock.services.pipes import pipe_rows
from windsock.services.pipes.errors import NotFound
from windsock.services.pipes.pipes import require_pipe
from windsock.services.pipes.tag_sets import TAG_RULES
from windsock.store.statements import Row


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Add tags, or change the values of those that are there."""
    row = _named(ctx, params["resourceArn"])
    pipe_rows.tag(ctx.tx, ctx.scope, row.name, TAG_RULES.with_tags(row.tags, params["tags"]))
    return {}


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Remove tags; keys that are not there are no error."""
    row = _named(ctx, params["resourceArn"])
    pipe_rows.tag(ctx.tx, ctx.scope, row.name, without_tags(row.tags, params["tagKeys"]))
    return {}


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of a pipe."""
    return {"tags": orjson.loads(_named(ctx, params["resourceArn"]).tags)}


def _named(ctx: Query | Command, given: str) -> Row:
    arn = parse_arn(given)
    if arn is None or arn.service != "pipes" or arn.scope != ctx.scope:
        raise NotFound(given)
    return require_pipe(ctx, arn.resource.removeprefix("pipe/"))
