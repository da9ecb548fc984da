"""Destinations: names under which one account lets others send their log events to its streams.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDestination.html,
API_PutDestinationPolicy.html, API_DescribeDestinations.html and API_DeleteDestination.html beside it.
"""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.logs.errors import InvalidParameter, ResourceNotFound
from windsock.services.logs.pages import by_name, limit_of, page_of, prefix_range
from windsock.services.logs.tables import destinations as table
from windsock.services.logs.tags import with_tags
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot

_PUT = Statement(upsert(table, "target_arn", "role_arn"))
_OF_DESTINATION = sa.and_(
    *in_scope(table),
    table.c.name == sa.bindparam("of_name"),
)
_FIND = Statement(sa.select(table).where(_OF_DESTINATION))
_DELETE = Statement(sa.delete(table).where(_OF_DESTINATION))
_SET_POLICY = Statement(
    sa.update(table).where(_OF_DESTINATION).values(access_policy=sa.bindparam("to_policy"))
)
_LIST = Statement(
    sa.select(table)
    .where(
        *in_scope(table),
        table.c.name >= sa.bindparam("of_first"),
        table.c.name < sa.bindparam("of_last"),
        table.c.name > sa.bindparam("of_after"),
    )
    .order_by(table.c.name)
    .limit(sa.bindparam("most"))
)


def find_destination(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The destination of that name, or None."""
    return tx.row(_FIND, {**scope.columns, "of_name": name})


@command("PutDestination")
def put_destination(ctx: Command, params: Params) -> Result:
    """Make a destination, or give it another target and role; its policy and tags stay."""
    for member in ("targetArn", "roleArn"):
        if parse_arn(params[member]) is None:
            raise InvalidParameter(f"The specified {member} is invalid: {params[member]}")
    name: str = params["destinationName"]
    ctx.tx.execute(
        _PUT,
        {
            **ctx.scope.columns,
            "name": name,
            "target_arn": params["targetArn"],
            "role_arn": params["roleArn"],
            "access_policy": None,
            "tags": orjson.dumps(with_tags({}, params.get("tags") or {}, name)).decode(),
            "created_ms": ctx.now_ms,
        },
    )
    return {"destination": _described(ctx.scope, find_destination(ctx.tx, ctx.scope, name))}


@command("PutDestinationPolicy")
def put_destination_policy(ctx: Command, params: Params) -> Result:
    """Say which accounts may send to a destination."""
    try:
        orjson.loads(params["accessPolicy"])
    except orjson.JSONDecodeError as error:
        raise InvalidParameter("The specified access policy is not valid JSON.") from error
    which = {**ctx.scope.columns, "of_name": params["destinationName"]}
    if not ctx.tx.execute(_SET_POLICY, {**which, "to_policy": params["accessPolicy"]}):
        raise _no_such_destination()
    return {}


@query("DescribeDestinations")
def describe_destinations(ctx: Query, params: Params) -> Result:
    """The destinations of a name prefix, by name."""
    limit = limit_of(params)
    values = {**ctx.scope.columns, **prefix_range(params, "DestinationNamePrefix"), "most": limit + 1}
    return page_of(
        "destinations", ctx.tx.rows(_LIST, values), limit, by_name, lambda row: _described(ctx.scope, row)
    )


@command("DeleteDestination")
def delete_destination(ctx: Command, params: Params) -> Result:
    """Delete a destination."""
    if not ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_name": params["destinationName"]}):
        raise _no_such_destination()
    return {}


def _no_such_destination() -> ResourceNotFound:
    return ResourceNotFound("The specified destination does not exist.")


def _described(scope: Scope, row: Row) -> dict[str, Any]:
    shown = {
        "destinationName": row.name,
        "targetArn": row.target_arn,
        "roleArn": row.role_arn,
        "arn": scope.arn("logs", f"destination:{row.name}"),
        "creationTime": row.created_ms,
    }
    if row.access_policy is not None:
        shown["accessPolicy"] = row.access_policy
    return shown
