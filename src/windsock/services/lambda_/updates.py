"""Changing a function's code or configuration: always that of `$LATEST`.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html and
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Context, Params, Result, command, waiting
from windsock.kernel.ids import uuid4
from windsock.services.lambda_ import function_rows, packages
from windsock.services.lambda_.code_sources import fetch_package
from windsock.services.lambda_.configurations import (
    Configuration,
    changed_configuration,
    told_as_created,
    told_as_updated,
)
from windsock.services.lambda_.errors import PreconditionFailed
from windsock.services.lambda_.layer_references import referenced_layers
from windsock.services.lambda_.names import LATEST, FunctionName, unqualified_function
from windsock.services.lambda_.packages import Package, base64_digest
from windsock.services.lambda_.versions import publish
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction


@waiting("UpdateFunctionCode")
async def update_function_code(ctx: Context, params: Params) -> Result:
    """Replace the package; DryRun only tells what would be."""
    named = unqualified_function(ctx.scope, params)
    latest = ctx.engine.store.read(lambda tx: _latest(tx, named, params))
    package = await fetch_package(ctx, params, {})
    if params.get("DryRun"):
        digest = {"CodeSha256": base64_digest(package.sha256), "CodeSize": package.size}
        return told_as_updated(named, latest) | digest
    return await ctx.engine.store.write(lambda tx: _replace_code(ctx, tx, named, params, package))


@command("UpdateFunctionConfiguration")
def update_function_configuration(ctx: Command, params: Params) -> Result:
    """Change what is given of the configuration."""
    named = unqualified_function(ctx.scope, params)
    latest = _latest(ctx.tx, named, params)
    configuration = changed_configuration(named.scope, named.name, orjson.loads(latest.configuration), params)
    if params.get("Layers") is not None:
        layers = referenced_layers(ctx.tx, params["Layers"])
        configuration.pop("Layers", None)
        configuration |= {"Layers": layers} if layers else {}
    package = (latest.package, latest.package_size)
    return told_as_updated(named, _put(ctx, ctx.tx, named, configuration, *package))


def _latest(tx: Snapshot, named: FunctionName, params: Params) -> Row:
    row = function_rows.require_version(tx, named)
    if params.get("RevisionId") and params["RevisionId"] != row.revision:
        raise PreconditionFailed("GetFunction/GetAlias")
    return row


def _replace_code(
    ctx: Context, tx: Transaction, named: FunctionName, params: Params, package: Package
) -> dict[str, Any]:
    latest = _latest(tx, named, params)
    configuration = orjson.loads(latest.configuration)
    if params.get("Architectures"):
        configuration["Architectures"] = list(params["Architectures"])
    packages.keep(tx, named.scope, package)
    row = _put(ctx, tx, named, configuration, package.sha256, package.size)
    packages.discard_unused(tx, named.scope)
    if not params.get("Publish"):
        return told_as_updated(named, row)
    published = publish(tx, named, row, configuration["Description"], ctx.now_ms)
    return told_as_created(named, published, published.version)


def _put(
    ctx: Context,
    tx: Transaction,
    named: FunctionName,
    configuration: Configuration,
    package: str,
    package_size: int,
) -> Row:
    return function_rows.put_version(
        tx,
        named,
        LATEST,
        configuration=configuration,
        package=package,
        package_size=package_size,
        revision=uuid4(),
        now_ms=ctx.now_ms,
    )
