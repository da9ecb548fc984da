"""Tags of log groups and destinations, by the old operations (of groups only) and the new ones.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query
from windsock.kernel.arns import parse_arn
from windsock.services.logs.errors import InvalidParameter, NoSuchGroup, ResourceNotFound, TooManyTags
from windsock.services.logs.limits import TAGS
from windsock.services.logs.tables import destinations, groups
from windsock.store.schema import in_scope
from windsock.store.statements import Statement

Change = Callable[[dict[str, str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A kind of thing that has tags: how its tags are read and written, by its name."""

    read: Statement
    write: Statement


def _tagged(table: sa.Table) -> _Tagged:
    this = sa.and_(
        *in_scope(table),
        table.c.name == sa.bindparam("of_name"),
    )
    write = sa.update(table).where(this).values(tags=sa.bindparam("to_tags"))
    return _Tagged(Statement(sa.select(table.c.tags).where(this)), Statement(write))


_GROUP = _tagged(groups)
_KINDS = {"log-group": _GROUP, "destination": _tagged(destinations)}


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Set tags of a group or destination."""
    kind, name = _resource(ctx, params["resourceArn"])
    return _change(ctx, kind, name, lambda tags: with_tags(tags, params["tags"], params["resourceArn"]))


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Remove tags of a group or destination."""
    kind, name = _resource(ctx, params["resourceArn"])
    return _change(ctx, kind, name, lambda tags: _without(tags, params["tagKeys"]))


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of a group or destination."""
    kind, name = _resource(ctx, params["resourceArn"])
    return {"tags": _read(ctx, kind, name, ResourceNotFound("The specified resource does not exist."))}


@command("TagLogGroup")
def tag_log_group(ctx: Command, params: Params) -> Result:
    """Set tags of a group by its name."""
    name: str = params["logGroupName"]
    return _change(ctx, _GROUP, name, lambda tags: with_tags(tags, params["tags"], name))


@command("UntagLogGroup")
def untag_log_group(ctx: Command, params: Params) -> Result:
    """Remove tags of a group by its name."""
    return _change(ctx, _GROUP, params["logGroupName"], lambda tags: _without(tags, params["tags"]))


@query("ListTagsLogGroup")
def list_tags_log_group(ctx: Query, params: Params) -> Result:
    """The tags of a group by its name."""
    return {"tags": _read(ctx, _GROUP, params["logGroupName"], NoSuchGroup())}


def with_tags(tags: Mapping[str, str], more: Mapping[str, str], resource: str) -> dict[str, str]:
    """The tags and more of them. Raises TooManyTags."""
    joined = {**tags, **more}
    if len(joined) > TAGS:
        raise TooManyTags(resource)
    return joined


def _without(tags: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    removed = set(keys)
    return {key: value for key, value in tags.items() if key not in removed}


def _resource(ctx: Context, arn: str) -> tuple[_Tagged, str]:
    parsed = parse_arn(arn)
    kind, _, name = parsed.resource.partition(":") if parsed is not None else ("", "", "")
    if parsed is None or parsed.service != "logs" or parsed.scope != ctx.scope or kind not in _KINDS:
        raise InvalidParameter(f"The specified resource ARN is invalid: {arn}")
    return _KINDS[kind], name


def _read(ctx: Query | Command, kind: _Tagged, name: str, missing: ResourceNotFound) -> dict[str, str]:
    text = ctx.tx.scalar(kind.read, {**ctx.scope.columns, "of_name": name})
    if text is None:
        raise missing
    tags: dict[str, str] = orjson.loads(text)
    return tags


def _change(ctx: Command, kind: _Tagged, name: str, change: Change) -> Result:
    missing = NoSuchGroup() if kind is _GROUP else ResourceNotFound("The specified resource does not exist.")
    tags = change(_read(ctx, kind, name, missing))
    ctx.tx.execute(kind.write, {**ctx.scope.columns, "of_name": name, "to_tags": orjson.dumps(tags).decode()})
    return {}
