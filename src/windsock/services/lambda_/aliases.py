"""Aliases: names for versions, with a second version taking a share of the invocations.

Sources: API_CreateAlias and its siblings below https://docs.aws.amazon.com/lambda/latest/api/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.alias_rows import aliases_of, delete_alias, find_alias, put_alias
from windsock.services.lambda_.errors import (
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    alias_not_found,
    function_not_found,
)
from windsock.services.lambda_.function_rows import find_version, require_function
from windsock.services.lambda_.names import LATEST, FunctionName, unqualified_function
from windsock.services.lambda_.pages import page, page_size, start_after
from windsock.services.lambda_.policies import delete_policies
from windsock.services.lambda_.qualified_settings import delete_settings
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@command("CreateAlias")
def create_alias(ctx: Command, params: Params) -> Result:
    """Create an alias of a version that is there."""
    named = unqualified_function(ctx.scope, params)
    alias: str = params["Name"]
    weights = _weights(ctx.tx, named, params["FunctionVersion"], params.get("RoutingConfig") or {})
    if find_alias(ctx.tx, named, alias) is not None:
        raise ResourceConflict(f"Alias already exists: {named.with_qualifier(alias)}")
    put_alias(
        ctx.tx,
        named,
        alias,
        version=params["FunctionVersion"],
        description=params.get("Description") or "",
        weights=weights,
    )
    return _told(named, _require_alias(ctx.tx, named, alias))


@query("GetAlias")
def get_alias(ctx: Query, params: Params) -> Result:
    """An alias."""
    named = unqualified_function(ctx.scope, params)
    return _told(named, _require_alias(ctx.tx, named, params["Name"]))


@command("UpdateAlias")
def update_alias(ctx: Command, params: Params) -> Result:
    """Change what is given of an alias. Raises PreconditionFailed for a RevisionId that is not the latest."""
    named = unqualified_function(ctx.scope, params)
    kept = _require_alias(ctx.tx, named, params["Name"])
    if params.get("RevisionId") and params["RevisionId"] != kept.revision:
        raise PreconditionFailed("GetFunction/GetAlias")
    version = params.get("FunctionVersion") or kept.version
    routing = params.get("RoutingConfig")
    if routing is None:
        routing = {"AdditionalVersionWeights": orjson.loads(kept.weights)}
    description = params.get("Description")
    put_alias(
        ctx.tx,
        named,
        kept.alias,
        version=version,
        description=kept.description if description is None else description,
        weights=_weights(ctx.tx, named, version, routing),
    )
    return _told(named, _require_alias(ctx.tx, named, kept.alias))


@command("DeleteAlias")
def remove_alias(ctx: Command, params: Params) -> Result:
    """Delete an alias with its policy and settings; one that is not there is no error."""
    named = unqualified_function(ctx.scope, params)
    require_function(ctx.tx, named)
    alias: str = params["Name"]
    delete_alias(ctx.tx, named, alias)
    delete_policies(ctx.tx, named.scope, f"function:{named.name}", alias)
    delete_settings(ctx.tx, named, alias)
    return None


@query("ListAliases")
def list_aliases(ctx: Query, params: Params) -> Result:
    """A function's aliases by name, all of them or those of one version."""
    named = unqualified_function(ctx.scope, params)
    require_function(ctx.tx, named)
    (after,) = start_after(params, [""])
    wanted = params.get("FunctionVersion")
    size = page_size(params)
    rows = [
        row
        for row in aliases_of(ctx.tx, named)
        if row.alias > after and (wanted is None or row.version == wanted)
    ]
    return page("Aliases", rows[: size + 1], size, lambda row: [row.alias], lambda row: _told(named, row))


def _require_alias(tx: Snapshot, named: FunctionName, alias: str) -> Row:
    row = find_alias(tx, named, alias)
    if row is None:
        raise alias_not_found(named.with_qualifier(alias))
    return row


def _weights(tx: Snapshot, named: FunctionName, version: str, routing: Mapping[str, Any]) -> dict[str, float]:
    """The weights of a routing configuration, both versions checked."""
    weights: dict[str, float] = dict(routing.get("AdditionalVersionWeights") or {})
    for each in (version, *weights):
        if find_version(tx, named, each) is None:
            raise function_not_found(named.with_qualifier(each))
    if not weights:
        return {}
    if len(weights) > 1:
        raise InvalidParameterValue("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if version == LATEST or LATEST in weights:
        raise InvalidParameterValue("$LATEST is not supported for an alias pointing to more than 1 version")
    if version in weights:
        raise InvalidParameterValue(
            f"Invalid function version {version}. Function version {version} is already included in routing "
            "configuration."
        )
    return weights


def _told(named: FunctionName, row: Row) -> dict[str, Any]:
    answer = {
        "AliasArn": named.with_qualifier(row.alias),
        "Name": row.alias,
        "FunctionVersion": row.version,
        "Description": row.description,
        "RevisionId": row.revision,
    }
    weights = orjson.loads(row.weights)
    if weights:
        answer["RoutingConfig"] = {"AdditionalVersionWeights": weights}
    return answer
