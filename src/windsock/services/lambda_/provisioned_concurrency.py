"""Provisioned concurrency: accepted and told as ready; processes are kept warm by use, not by number.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html and its
siblings.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.alias_rows import aliases_of, find_alias
from windsock.services.lambda_.configurations import last_modified
from windsock.services.lambda_.errors import (
    InvalidParameterValue,
    ProvisionedConcurrencyNotFound,
    ResourceConflict,
)
from windsock.services.lambda_.function_rows import require_function
from windsock.services.lambda_.names import LATEST, FunctionName, function_named
from windsock.services.lambda_.qualified_settings import Settings
from windsock.services.lambda_.qualifiers import require_qualifier
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_SETTINGS: Final = Settings("provisioned-concurrency")


@command("PutProvisionedConcurrencyConfig")
def put_provisioned_concurrency_config(ctx: Command, params: Params) -> Result:
    """Set the provisioned concurrency of a version or alias."""
    named = function_named(ctx.scope, params)
    if _is_unpublished(named):
        raise InvalidParameterValue(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    require_qualifier(ctx.tx, named)
    _check_version_is_free(ctx.tx, named)
    function = require_function(ctx.tx, named)
    wanted: int = params["ProvisionedConcurrentExecutions"]
    others = provisioned_in_all(ctx.tx, named) - _provisioned(_SETTINGS.find(ctx.tx, named))
    if function.reserved is not None and others + wanted > function.reserved:
        raise InvalidParameterValue(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution "
            "for function"
        )
    row = _SETTINGS.put(ctx.tx, named, {"Requested": wanted}, ctx.now_ms)
    return _told(row) | {
        "Status": "IN_PROGRESS",
        "AvailableProvisionedConcurrentExecutions": 0,
        "AllocatedProvisionedConcurrentExecutions": 0,
    }


@query("GetProvisionedConcurrencyConfig")
def get_provisioned_concurrency_config(ctx: Query, params: Params) -> Result:
    """What is set for a version or alias."""
    return _told(_require(ctx.tx, _named(ctx, params)))


@command("DeleteProvisionedConcurrencyConfig")
def delete_provisioned_concurrency_config(ctx: Command, params: Params) -> Result:
    """Remove what is set; nothing set is no error."""
    named = _named(ctx, params)
    _SETTINGS.delete(ctx.tx, named)
    return None


@query("ListProvisionedConcurrencyConfigs")
def list_provisioned_concurrency_configs(ctx: Query, params: Params) -> Result:
    """What is set for the versions and aliases of a function."""
    return _SETTINGS.listed(ctx, params, "ProvisionedConcurrencyConfigs", _listed)


def provisioned_in_all(tx: Snapshot, named: FunctionName) -> int:
    """What is provisioned for all versions and aliases of a function together."""
    return sum(map(_provisioned, _SETTINGS.all(tx, named)))


def _provisioned(row: Row | None) -> int:
    return 0 if row is None else int(orjson.loads(row.settings)["Requested"])


def _named(ctx: Query | Command, params: Params) -> FunctionName:
    named = function_named(ctx.scope, params)
    if _is_unpublished(named):
        raise InvalidParameterValue("The function resource provided must be an alias or a published version.")
    require_qualifier(ctx.tx, named)
    return named


def _is_unpublished(named: FunctionName) -> bool:
    return named.qualifier is None or named.qualifier == LATEST


def _check_version_is_free(tx: Snapshot, named: FunctionName) -> None:
    """A version can have provisioned concurrency itself or through one alias. Raises ResourceConflict."""
    alias = find_alias(tx, named, named.qualifier or LATEST)
    version = named.qualifier if alias is None else alias.version
    if alias is not None and _SETTINGS.find(tx, FunctionName(named.scope, named.name, version)) is not None:
        raise ResourceConflict(
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        )
    for other in aliases_of(tx, named):
        if other.alias == named.qualifier or other.version != version:
            continue
        if _SETTINGS.find(tx, FunctionName(named.scope, named.name, other.alias)) is not None:
            raise ResourceConflict("Version is pointed by a Provisioned Concurrency alias")


def _require(tx: Snapshot, named: FunctionName) -> Row:
    row = _SETTINGS.find(tx, named)
    if row is None:
        raise ProvisionedConcurrencyNotFound
    return row


def _listed(named: FunctionName, row: Row) -> dict[str, Any]:
    return {"FunctionArn": named.with_qualifier(row.qualifier), **_told(row)}


def _told(row: Row) -> dict[str, Any]:
    requested = _provisioned(row)
    return {
        "RequestedProvisionedConcurrentExecutions": requested,
        "AvailableProvisionedConcurrentExecutions": requested,
        "AllocatedProvisionedConcurrentExecutions": requested,
        "Status": "READY",
        "LastModified": last_modified(row.modified_ms),
    }
