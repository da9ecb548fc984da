"""Function URLs: who has which. The gateway serves the requests that come to them.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html and its siblings.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.scope import Scope
from windsock.services.lambda_.configurations import last_modified
from windsock.services.lambda_.errors import InvalidParameterValue, ResourceConflict, no_such_resource
from windsock.services.lambda_.names import (
    LATEST,
    FunctionName,
    function_named,
    is_version,
)
from windsock.services.lambda_.qualified_settings import Settings
from windsock.services.lambda_.tables import qualified_settings
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_SETTINGS: Final = Settings("url", no_function="Function does not exist")
_BY_ID: Final = Statement(
    sa.select(qualified_settings).where(
        qualified_settings.c.kind == "url", qualified_settings.c.settings.like(sa.bindparam("like"))
    )
)
_MEMBERS: Final = ("AuthType", "Cors", "InvokeMode")
_ID_CHARACTERS: Final = string.ascii_lowercase + string.digits
_ID_LENGTH: Final = 32
_ADDRESS: Final = re.compile(r"[\d.]+|[\da-f:]*:[\da-f:.]*")


@dataclass(frozen=True, slots=True)
class FunctionUrl:
    """Whose URL it is, whether it wants a signature (`AWS_IAM`) or not (`NONE`), and its `Cors` as given."""

    scope: Scope
    function_arn: str
    qualifier: str | None
    auth_type: str
    cors: Mapping[str, Any]


def find_url(tx: Snapshot, url_id: str) -> FunctionUrl | None:
    """The URL with an id, in whatever account it is."""
    row = tx.row(_BY_ID, {"like": f"%://{url_id}.lambda-url.%"})
    if row is None:
        return None
    scope = Scope(row.account, row.region)
    settings = orjson.loads(row.settings)
    arn = FunctionName(scope, row.name).arn
    return FunctionUrl(scope, arn, _alias(row), settings["AuthType"], settings.get("Cors", {}))


@command("CreateFunctionUrlConfig")
def create_function_url_config(ctx: Command, params: Params) -> Result:
    """Give a function or alias a URL."""
    named = _named(ctx, params)
    _SETTINGS.require_qualifier(ctx.tx, named)
    if _SETTINGS.find(ctx.tx, named) is not None:
        raise ResourceConflict(
            f"Failed to create function url config for [functionArn = {named.arn}]. Error message:  "
            "FunctionUrlConfig exists for this Lambda function"
        )
    url_id = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))
    settings = {
        "FunctionUrl": _url(ctx.engine.settings.endpoint, named.scope, url_id),
        "InvokeMode": "BUFFERED",
        **_given(params),
    }
    told = _told(named, _SETTINGS.put(ctx.tx, named, settings, ctx.now_ms))
    del told["LastModifiedTime"]
    return _without_default(told, params)


@query("GetFunctionUrlConfig")
def get_function_url_config(ctx: Query, params: Params) -> Result:
    """The URL of a function or alias. Raises ResourceNotFound if it has none."""
    named = _named(ctx, params)
    return _told(named, _require(ctx.tx, named))


@command("UpdateFunctionUrlConfig")
def update_function_url_config(ctx: Command, params: Params) -> Result:
    """Change what is given; the URL stays."""
    named = _named(ctx, params)
    _SETTINGS.require_qualifier(ctx.tx, named)
    settings = orjson.loads(_require(ctx.tx, named).settings) | _given(params)
    return _without_default(_told(named, _SETTINGS.put(ctx.tx, named, settings, ctx.now_ms)), params)


@command("DeleteFunctionUrlConfig")
def delete_function_url_config(ctx: Command, params: Params) -> Result:
    """Take the URL away."""
    named = _named(ctx, params)
    _require(ctx.tx, named)
    _SETTINGS.delete(ctx.tx, named)
    return None


@query("ListFunctionUrlConfigs")
def list_function_url_configs(ctx: Query, params: Params) -> Result:
    """The URLs of a function and its aliases."""
    return _SETTINGS.listed(ctx, params, "FunctionUrlConfigs", _listed)


def _named(ctx: Query | Command, params: Params) -> FunctionName:
    named = function_named(ctx.scope, params)
    if named.qualifier is not None and (named.qualifier == LATEST or is_version(named.qualifier)):
        raise InvalidParameterValue("A function URL can belong to a function or an alias, not to a version.")
    return named


def _alias(row: Row) -> str | None:
    return None if row.qualifier == LATEST else row.qualifier


def _given(params: Params) -> dict[str, Any]:
    return {member: params[member] for member in _MEMBERS if params.get(member) is not None}


def _url(endpoint: str, scope: Scope, url_id: str) -> str:
    at = urlsplit(endpoint)
    # Names can be put before a host name and not before an address.
    host = "localhost" if _ADDRESS.fullmatch(at.hostname or "") else at.hostname
    port = f":{at.port}" if at.port else ""
    return f"{at.scheme}://{url_id}.lambda-url.{scope.region}.{host}{port}/"


def _require(tx: Snapshot, named: FunctionName) -> Row:
    row = _SETTINGS.find(tx, named)
    if row is None:
        raise no_such_resource()
    return row


def _listed(named: FunctionName, row: Row) -> dict[str, Any]:
    return _told(FunctionName(named.scope, named.name, _alias(row)), row)


def _told(named: FunctionName, row: Row) -> dict[str, Any]:
    return {
        "FunctionArn": named.arn,
        "CreationTime": last_modified(row.created_ms),
        "LastModifiedTime": last_modified(row.modified_ms),
        **orjson.loads(row.settings),
    }


def _without_default(told: dict[str, Any], params: Params) -> dict[str, Any]:
    """The answer to a change: only reading a URL tells the InvokeMode that was not given."""
    return told if params.get("InvokeMode") else {k: v for k, v in told.items() if k != "InvokeMode"}
