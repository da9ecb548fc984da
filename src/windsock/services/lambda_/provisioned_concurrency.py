"""Provisioned concurrency: accepted and told as ready; processes are kept warm by use, not by number.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html and its
siblings.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.configurations import last_modified
from windsock.services.lambda_.errors import InvalidParameterValue, ProvisionedConcurrencyNotFound
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
    named = _named(ctx, params)
    function = require_function(ctx.tx, named)
    require_qualifier(ctx.tx, named)
    wanted: int = params["ProvisionedConcurrentExecutions"]
    if function.reserved is not None and wanted > function.reserved:
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
    require_function(ctx.tx, named)
    _SETTINGS.delete(ctx.tx, named)
    return None


@query("ListProvisionedConcurrencyConfigs")
def list_provisioned_concurrency_configs(ctx: Query, params: Params) -> Result:
    """What is set for the versions and aliases of a function."""
    return _SETTINGS.listed(ctx, params, "ProvisionedConcurrencyConfigs", _listed)


def _named(ctx: Query | Command, params: Params) -> FunctionName:
    named = function_named(ctx.scope, params)
    if named.qualifier is None or named.qualifier == LATEST:
        raise InvalidParameterValue(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    return named


def _require(tx: Snapshot, named: FunctionName) -> Row:
    require_qualifier(tx, named)
    row = _SETTINGS.find(tx, named)
    if row is None:
        raise ProvisionedConcurrencyNotFound
    return row


def _listed(named: FunctionName, row: Row) -> dict[str, Any]:
    return {"FunctionArn": named.with_qualifier(row.qualifier), **_told(row)}


def _told(row: Row) -> dict[str, Any]:
    requested = orjson.loads(row.settings)["Requested"]
    return {
        "RequestedProvisionedConcurrentExecutions": requested,
        "AvailableProvisionedConcurrentExecutions": requested,
        "AllocatedProvisionedConcurrentExecutions": requested,
        "Status": "READY",
        "LastModified": last_modified(row.modified_ms),
    }
