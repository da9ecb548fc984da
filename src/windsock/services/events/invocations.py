"""What API destinations and HTTP Tasks ask before they call a server, secrets included.

`PrepareInvocation`, `PrepareConnection` and `ForgetAuthorization` are no operations of AWS's API and cannot
be reached from outside: they have no model, so no request is ever read as one of them.
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.engine import Engine
from windsock.engine.operations import Context, Query, Result, query, waiting
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.events.api_destinations import find_api_destination
from windsock.services.events.authorization import Tokens, authorization_headers
from windsock.services.events.connection_parameters import http_parameters
from windsock.services.events.connections import connection_of_arn
from windsock.services.events.errors import ResourceNotFound
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@waiting("PrepareInvocation")
async def prepare_invocation(ctx: Context, params: Any) -> Result:
    """How to call the API destination `params["Resource"]` (of its ARN).

    Answers `Method`, `Endpoint`, `Rate` (a second), and what its connection adds: `Headers`, `Query`, `Body`.
    """
    destination, connection = ctx.engine.store.read(lambda tx: _rows(tx, ctx.scope, params["Resource"]))
    return {
        "Method": destination.method,
        "Endpoint": destination.endpoint,
        "Rate": destination.rate,
        **await _added(ctx.engine, connection),
    }


@waiting("PrepareConnection")
async def prepare_connection(ctx: Context, params: Any) -> Result:
    """What the connection `params["ConnectionArn"]` adds to a request: `Headers`, `Query`, `Body`."""
    connection = ctx.engine.store.read(lambda tx: _connection(tx, ctx.scope, params["ConnectionArn"]))
    return await _added(ctx.engine, connection)


@query("ForgetAuthorization")
def forget_authorization(ctx: Query, params: Any) -> Result:
    """Have the connection of an API destination get a new token: the server refused the one it has."""
    _, connection = _rows(ctx.tx, ctx.scope, params["Resource"])
    ctx.engine.part(Tokens).forget(connection.id)
    return None


def _rows(tx: Snapshot, scope: Scope, resource: str) -> tuple[Row, Row]:
    """The destination that `api-destination/NAME/ID` names, and its connection."""
    _, name, destination_id = resource.split("/")
    destination = find_api_destination(tx, scope, name)
    if destination is None or destination.id != destination_id:
        raise ResourceNotFound(f"An api-destination '{name}' does not exist.")
    return destination, _connection(tx, scope, destination.connection_arn)


def _connection(tx: Snapshot, scope: Scope, arn: str) -> Row:
    """The row of a connection that is authorised."""
    connection = connection_of_arn(tx, scope, arn)
    if connection is None:
        raise ResourceNotFound(f"Connection '{arn}' does not exist.")
    if connection.parameters == "{}":
        raise AwsError(f"Connection '{connection.name}' is deauthorized.", code="AccessDeniedException")
    return connection


async def _added(engine: Engine, connection: Row) -> dict[str, Any]:
    """The connection's own parameters, and what authorises it."""
    extra = http_parameters(orjson.loads(connection.parameters).get("InvocationHttpParameters", {}))
    return {
        "Headers": {**extra["HeaderParameters"], **await authorization_headers(engine, connection)},
        "Query": extra["QueryStringParameters"],
        "Body": extra["BodyParameters"],
    }
