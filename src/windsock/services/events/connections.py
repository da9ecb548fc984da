"""Connections: how API destinations are authorised at their servers.

AWS keeps a connection's secrets in Secrets Manager; windsock keeps them in its own store. They are never
answered: SecretArn has AWS's form and names nothing yet.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnection.html and the pages of
the other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import ValidationError
from windsock.kernel.ids import token, uuid4
from windsock.kernel.scope import Scope
from windsock.services.events import authorization
from windsock.services.events.connection_parameters import OAUTH, checked, shown, updated
from windsock.services.events.errors import LimitExceeded, ResourceAlreadyExists, ResourceNotFound
from windsock.services.events.limits import CONNECTIONS
from windsock.services.events.pages import page_size, start_after
from windsock.services.events.tables import connections
from windsock.store.schema import in_scope
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot

AUTHORIZED: Final = "AUTHORIZED"

_IN_SCOPE = in_scope(connections)
_CONNECTION = (*_IN_SCOPE, connections.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(connections).where(*_CONNECTION))
_ALL = Statement(sa.select(connections).where(*_IN_SCOPE).order_by(connections.c.name))
_COUNT = Statement(sa.select(sa.func.count()).where(*_IN_SCOPE))
_DELETE = Statement(sa.delete(connections).where(*_CONNECTION))
_CHANGING = (
    *("description", "authorization_type", "parameters", "kms_key"),
    *("state", "state_reason", "modified_ms", "authorized_ms"),
)
_PUT = Statement(upsert(connections, *_CHANGING))


@command("CreateConnection")
def create_connection(ctx: Command, params: Params) -> Result:
    """Make a connection. One by OAuth is authorised once its server has given a token."""
    name: str = params["Name"]
    _refuse_private(params)
    parameters = checked(params["AuthorizationType"], params["AuthParameters"])
    if find_connection(ctx.tx, ctx.scope, name) is not None:
        raise ResourceAlreadyExists(f"Connection {name} already exists.")
    if ctx.tx.scalar(_COUNT, ctx.scope.columns) >= CONNECTIONS:
        raise LimitExceeded
    row = {
        **ctx.scope.columns,
        "name": name,
        "id": uuid4(),
        "secret": f"{uuid4()}-{token(6)}",
        "created_ms": ctx.now_ms,
        "description": params.get("Description"),
        "kms_key": params.get("KmsKeyIdentifier"),
    }
    answer = _authorize(ctx, row, params["AuthorizationType"], parameters)
    return {key: value for key, value in answer.items() if key != "LastAuthorizedTime"}


@command("UpdateConnection")
def update_connection(ctx: Command, params: Params) -> Result:
    """Change what is given of a connection; it is authorised anew."""
    _refuse_private(params)
    connection = _require(ctx.tx, ctx.scope, params["Name"], "update")
    kind = params.get("AuthorizationType") or connection.authorization_type
    parameters = orjson.loads(connection.parameters)
    if kind != connection.authorization_type or "AuthParameters" in params or parameters:
        parameters = updated(kind, parameters, params.get("AuthParameters", {}))
    row = {
        **connection._asdict(),
        "description": params.get("Description", connection.description),
        "kms_key": params.get("KmsKeyIdentifier", connection.kms_key),
    }
    return _authorize(ctx, row, kind, parameters)


@command("DeauthorizeConnection")
def deauthorize_connection(ctx: Command, params: Params) -> Result:
    """Take a connection's parameters away; it stays, to be given others."""
    connection = _require(ctx.tx, ctx.scope, params["Name"], "deauthorize")
    row = {**connection._asdict(), "parameters": "{}", "state": "DEAUTHORIZED", "modified_ms": ctx.now_ms}
    ctx.tx.execute(_PUT, row)
    return {**_changed(ctx.scope, row), "ConnectionState": "DEAUTHORIZING"}


@command("DeleteConnection")
def delete_connection(ctx: Command, params: Params) -> Result:
    """Delete a connection; API destinations that use it become inactive."""
    connection = _require(ctx.tx, ctx.scope, params["Name"], "delete")
    ctx.tx.execute(_DELETE, {**ctx.scope.columns, "of_name": connection.name})
    ctx.tx.after_commit(lambda: ctx.engine.part(authorization.Tokens).forget(connection.id))
    return {**_changed(ctx.scope, connection._asdict()), "ConnectionState": "DELETING"}


@query("DescribeConnection")
def describe_connection(ctx: Query, params: Params) -> Result:
    """A connection, without what is secret of it."""
    connection = _require(ctx.tx, ctx.scope, params["Name"], "describe")
    answer = {
        **_listed(ctx.scope, connection),
        "AuthParameters": shown(orjson.loads(connection.parameters)),
    }
    if connection.parameters != "{}":
        secret = f"secret:events!connection/{connection.name}/{connection.secret}"
        answer["SecretArn"] = ctx.scope.arn("secretsmanager", secret)
    optional = {"Description": connection.description, "KmsKeyIdentifier": connection.kms_key}
    return {**answer, **{name: value for name, value in optional.items() if value}}


@query("ListConnections")
def list_connections(ctx: Query, params: Params) -> Result:
    """The connections by name, those with the prefix and the state if they are given."""
    prefix, state = params.get("NamePrefix", ""), params.get("ConnectionState")
    after, size = start_after(params, ""), page_size(params)
    found = [
        row
        for row in ctx.tx.rows(_ALL, ctx.scope.columns)
        if row.name > after and row.name.startswith(prefix) and state in (None, row.state)
    ]
    return page("Connections", found, size, lambda row: row.name, lambda row: _listed(ctx.scope, row))


def find_connection(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of a connection, or None."""
    return tx.row(_FIND, {**scope.columns, "of_name": name})


def connection_of_arn(tx: Snapshot, scope: Scope, given: str) -> Row | None:
    """The row of the connection that an ARN names; None when it is gone, or is another by the same name."""
    arn = parse_arn(given)
    if arn is None or arn.scope != scope:
        return None
    _, name, connection_id = arn.resource.split("/")
    row = find_connection(tx, scope, name)
    return row if row is not None and row.id == connection_id else None


def _require(tx: Snapshot, scope: Scope, name: str, verb: str) -> Row:
    row = find_connection(tx, scope, name)
    if row is None:
        raise ResourceNotFound(f"Failed to {verb} the connection(s). Connection '{name}' does not exist.")
    return row


def _refuse_private(params: Params) -> None:
    if "InvocationConnectivityParameters" in params:
        raise ValidationError("windsock does not reach private APIs through VPC Lattice.")


def _authorize(ctx: Command, row: dict[str, Any], kind: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Keep a connection with these parameters, and see to it that it becomes authorised."""
    is_by_token = kind == OAUTH
    row |= {
        "authorization_type": kind,
        "parameters": orjson.dumps(parameters).decode(),
        "state": "AUTHORIZING" if is_by_token else AUTHORIZED,
        "state_reason": None,
        "modified_ms": ctx.now_ms,
        "authorized_ms": row.get("authorized_ms") if is_by_token else ctx.now_ms,
    }
    if not parameters:
        row["state"] = "DEAUTHORIZED"
    ctx.tx.execute(_PUT, row)
    if is_by_token and parameters:
        authorization.begin(ctx.engine, ctx.tx, ctx.scope, row["name"], row["id"])
    return _changed(ctx.scope, row)


def _changed(scope: Scope, row: dict[str, Any]) -> dict[str, Any]:
    answer = {
        "ConnectionArn": _connection_arn(scope, row["name"], row["id"]),
        "ConnectionState": row["state"],
        "CreationTime": to_datetime(row["created_ms"]),
        "LastModifiedTime": to_datetime(row["modified_ms"]),
    }
    if row["authorized_ms"] is not None:
        answer["LastAuthorizedTime"] = to_datetime(row["authorized_ms"])
    return answer


def _listed(scope: Scope, row: Row) -> dict[str, Any]:
    listed = {**_changed(scope, row._asdict()), "Name": row.name, "AuthorizationType": row.authorization_type}
    return {**listed, "StateReason": row.state_reason} if row.state_reason else listed


def _connection_arn(scope: Scope, name: str, connection_id: str) -> str:
    return scope.arn("events", f"connection/{name}/{connection_id}")
