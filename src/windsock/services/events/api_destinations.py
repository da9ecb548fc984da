"""API destinations: web servers that rules can call.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html and the
pages of the other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.events.connections import AUTHORIZED, connection_of_arn
from windsock.services.events.errors import LimitExceeded, ResourceAlreadyExists, ResourceNotFound
from windsock.services.events.limits import API_DESTINATIONS, INVOCATIONS_PER_SECOND
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.tables import api_destinations
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot

_TABLE = api_destinations
_IN_SCOPE = in_scope(_TABLE)
_DESTINATION = (*_IN_SCOPE, _TABLE.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(_TABLE).where(*_DESTINATION))
_ALL = Statement(sa.select(_TABLE).where(*_IN_SCOPE).order_by(_TABLE.c.name))
_COUNT = Statement(sa.select(sa.func.count()).where(*_IN_SCOPE))
_DELETE = Statement(sa.delete(_TABLE).where(*_DESTINATION))
_PUT = Statement(upsert(_TABLE, "description", "connection_arn", "endpoint", "method", "rate", "modified_ms"))

# Parameter by column, for what may be given and changed.
_SETTINGS: Final = {
    "description": "Description",
    "connection_arn": "ConnectionArn",
    "endpoint": "InvocationEndpoint",
    "method": "HttpMethod",
    "rate": "InvocationRateLimitPerSecond",
}


@command("CreateApiDestination")
def create_api_destination(ctx: Command, params: Params) -> Result:
    """Make an API destination on a connection that exists."""
    name: str = params["Name"]
    if find_api_destination(ctx.tx, ctx.scope, name) is not None:
        raise ResourceAlreadyExists(f"An api-destination '{name}' already exists.")
    if ctx.tx.scalar(_COUNT, ctx.scope.columns) >= API_DESTINATIONS:
        raise LimitExceeded
    row = {
        **ctx.scope.columns,
        "name": name,
        "id": uuid4(),
        "created_ms": ctx.now_ms,
        **dict.fromkeys(_SETTINGS),
        "rate": INVOCATIONS_PER_SECOND,
    }
    return _put(ctx, row, params, "create")


@command("UpdateApiDestination")
def update_api_destination(ctx: Command, params: Params) -> Result:
    """Change what is given of an API destination and leave the rest."""
    return _put(ctx, _require(ctx.tx, ctx.scope, params["Name"], "update")._asdict(), params, "update")


@command("DeleteApiDestination")
def delete_api_destination(ctx: Command, params: Params) -> Result:
    """Delete an API destination."""
    row = _require(ctx.tx, ctx.scope, params["Name"], "delete")
    ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_name": row.name})
    return None


@query("DescribeApiDestination")
def describe_api_destination(ctx: Query, params: Params) -> Result:
    """An API destination."""
    row = _require(ctx.tx, ctx.scope, params["Name"], "describe")
    answer = _listed(ctx.tx, ctx.scope, row)
    return {**answer, "Description": row.description} if row.description else answer


@query("ListApiDestinations")
def list_api_destinations(ctx: Query, params: Params) -> Result:
    """The API destinations by name, those with the prefix and of the connection if they are given."""
    prefix, connection = params.get("NamePrefix", ""), params.get("ConnectionArn")
    after, size = start_after(params, ""), page_size(params)
    found = [
        row
        for row in ctx.tx.rows(_ALL, ctx.scope.columns)
        if row.name > after and row.name.startswith(prefix) and connection in (None, row.connection_arn)
    ]
    return page(
        "ApiDestinations", found, size, lambda row: row.name, lambda row: _listed(ctx.tx, ctx.scope, row)
    )


def find_api_destination(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of an API destination, or None."""
    return tx.row(_FIND, {**scope.columns, "of_name": name})


def _require(tx: Snapshot, scope: Scope, name: str, verb: str) -> Row:
    row = find_api_destination(tx, scope, name)
    if row is None:
        raise ResourceNotFound(
            f"Failed to {verb} the api-destination(s). An api-destination '{name}' does not exist."
        )
    return row


def _put(ctx: Command, row: dict[str, Any], params: Params, verb: str) -> dict[str, Any]:
    row |= {column: params[name] for column, name in _SETTINGS.items() if name in params}
    row["modified_ms"] = ctx.now_ms
    if "ConnectionArn" in params and connection_of_arn(ctx.tx, ctx.scope, row["connection_arn"]) is None:
        name = row["connection_arn"].split("/")[1]
        raise ResourceNotFound(
            f"Failed to {verb} the api-destination(s). Connection '{name}' does not exist."
        )
    ctx.tx.execute(_PUT, row)
    return _changed(ctx.tx, ctx.scope, row)


def _changed(tx: Snapshot, scope: Scope, row: dict[str, Any]) -> dict[str, Any]:
    connection = connection_of_arn(tx, scope, row["connection_arn"])
    is_active = connection is not None and connection.state == AUTHORIZED
    return {
        "ApiDestinationArn": scope.arn("events", f"api-destination/{row['name']}/{row['id']}"),
        "ApiDestinationState": "ACTIVE" if is_active else "INACTIVE",
        "CreationTime": to_datetime(row["created_ms"]),
        "LastModifiedTime": to_datetime(row["modified_ms"]),
    }


def _listed(tx: Snapshot, scope: Scope, row: Row) -> dict[str, Any]:
    return {
        **_changed(tx, scope, row._asdict()),
        "Name": row.name,
        "ConnectionArn": row.connection_arn,
        "InvocationEndpoint": row.endpoint,
        "HttpMethod": row.method,
        "InvocationRateLimitPerSecond": row.rate,
    }
