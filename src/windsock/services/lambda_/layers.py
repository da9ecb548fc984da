"""Layers: packages that functions share, in numbered versions.

Sources: API_PublishLayerVersion, API_GetLayerVersion, API_ListLayers and their siblings below
https://docs.aws.amazon.com/lambda/latest/api/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.lambda_ import packages
from windsock.services.lambda_.code_sources import fetch_package
from windsock.services.lambda_.configurations import last_modified
from windsock.services.lambda_.errors import InvalidParameterValue, no_such_resource
from windsock.services.lambda_.layer_references import (
    LayerVersion,
    find_layer_version,
    parse_layer_version,
)
from windsock.services.lambda_.packages import Package
from windsock.services.lambda_.pages import page, page_size, start_after
from windsock.services.lambda_.policies import delete_policies
from windsock.services.lambda_.runtimes import check_runtime
from windsock.services.lambda_.tables import layer_versions
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

_OF_SCOPE = sa.and_(
    layer_versions.c.account == sa.bindparam("of_account"),
    layer_versions.c.region == sa.bindparam("of_region"),
)
_OF_LAYER = sa.and_(_OF_SCOPE, layer_versions.c.layer == sa.bindparam("of_layer"))
_INSERT = Statement(sa.insert(layer_versions))
_LATEST_NUMBER = Statement(
    sa.select(sa.func.coalesce(sa.func.max(layer_versions.c.version), 0)).where(_OF_LAYER)
)
_VERSIONS = Statement(
    sa.select(layer_versions)
    .where(_OF_LAYER, layer_versions.c.deleted == 0)
    .order_by(layer_versions.c.version.desc())
)
_ALL = Statement(
    sa.select(layer_versions)
    .where(_OF_SCOPE, layer_versions.c.deleted == 0)
    .order_by(layer_versions.c.layer, layer_versions.c.version.desc())
)
_MARK_DELETED = Statement(
    sa.update(layer_versions)
    .where(_OF_LAYER, layer_versions.c.version == sa.bindparam("of_version"))
    .values(deleted=1)
)


@waiting("PublishLayerVersion")
async def publish_layer_version(ctx: Context, params: Params) -> Result:
    """Add a version to a layer, the first one making the layer."""
    for runtime in params.get("CompatibleRuntimes") or ():
        check_runtime(runtime)
    scope, layer = _layer(ctx.scope, params)
    package = await fetch_package(ctx, params["Content"], {})
    return await ctx.engine.store.write(lambda tx: _publish(ctx, tx, scope, layer, params, package))


@query("GetLayerVersion")
def get_layer_version(ctx: Query, params: Params) -> Result:
    """A version of a layer, and where its package is."""
    return _told_whole(ctx, *require_layer_version(ctx.tx, layer_version_named(ctx.scope, params)))


@query("GetLayerVersionByArn")
def get_layer_version_by_arn(ctx: Query, params: Params) -> Result:
    """The same by the version's ARN."""
    named = parse_layer_version(params["Arn"])
    if named is None:
        raise InvalidParameterValue(f"{params['Arn']} is not the ARN of a layer version.")
    return _told_whole(ctx, *require_layer_version(ctx.tx, named))


@query("ListLayerVersions")
def list_layer_versions(ctx: Query, params: Params) -> Result:
    """The versions of a layer, latest first, all or those that fit a runtime and architecture."""
    scope, layer = _layer(ctx.scope, params)
    (before,) = start_after(params, [2**53])
    size = page_size(params)
    rows = ctx.tx.rows(_VERSIONS, {**_of_scope(scope), "of_layer": layer})
    fitting = [row for row in _fitting(rows, params) if row.version < before]
    return page(
        "LayerVersions",
        fitting[: size + 1],
        size,
        lambda row: [row.version],
        lambda row: _told(LayerVersion(scope, layer, row.version), row),
    )


@query("ListLayers")
def list_layers(ctx: Query, params: Params) -> Result:
    """The layers by name, each with its latest version that fits."""
    (after,) = start_after(params, [""])
    size = page_size(params)
    latest: dict[str, Row] = {}
    for row in _fitting(ctx.tx.rows(_ALL, _of_scope(ctx.scope)), params):
        latest.setdefault(row.layer, row)
    rows = [row for layer, row in latest.items() if layer > after]

    def form(row: Row) -> dict[str, Any]:
        return {
            "LayerName": row.layer,
            "LayerArn": ctx.scope.arn("lambda", f"layer:{row.layer}"),
            "LatestMatchingVersion": _told(LayerVersion(ctx.scope, row.layer, row.version), row),
        }

    return page("Layers", rows[: size + 1], size, lambda row: [row.layer], form)


@command("DeleteLayerVersion")
def delete_layer_version(ctx: Command, params: Params) -> Result:
    """Delete a version; functions that use it go on. One that is not there is no error."""
    named = layer_version_named(ctx.scope, params)
    key = {**_of_scope(named.scope), "of_layer": named.layer, "of_version": named.version}
    ctx.tx.execute(_MARK_DELETED, key)
    delete_policies(ctx.tx, named.scope, f"layer:{named.layer}", str(named.version))
    return None


def require_layer_version(tx: Snapshot, named: LayerVersion) -> tuple[LayerVersion, Row]:
    """A version's name and row. Raises ResourceNotFound."""
    row = find_layer_version(tx, named)
    if row is None or row.deleted:
        raise no_such_resource()
    return named, row


def layer_version_named(scope: Scope, params: Params) -> LayerVersion:
    """What `LayerName` (a name or an ARN) and `VersionNumber` name."""
    if params["VersionNumber"] < 1:
        raise InvalidParameterValue("Layer Version Cannot be less than 1")
    return LayerVersion(*_layer(scope, params), params["VersionNumber"])


def _publish(
    ctx: Context, tx: Transaction, scope: Scope, layer: str, params: Params, package: Package
) -> dict[str, Any]:
    number = tx.scalar(_LATEST_NUMBER, {**_of_scope(scope), "of_layer": layer}) + 1
    packages.keep(tx, scope, package)
    tx.execute(
        _INSERT,
        {
            "account": scope.account,
            "region": scope.region,
            "layer": layer,
            "version": number,
            "package": package.sha256,
            "package_size": package.size,
            "description": params.get("Description") or "",
            "runtimes": orjson.dumps(params.get("CompatibleRuntimes") or []).decode(),
            "architectures": orjson.dumps(params.get("CompatibleArchitectures") or []).decode(),
            "license": params.get("LicenseInfo") or "",
            "deleted": 0,
            "created_ms": ctx.now_ms,
        },
    )
    return _told_whole(ctx, *require_layer_version(tx, LayerVersion(scope, layer, number)))


def _layer(scope: Scope, params: Params) -> tuple[Scope, str]:
    """Whose layer `LayerName` means, and its name."""
    given: str = params["LayerName"]
    arn = parse_arn(given)
    if arn is None:
        return scope, given
    return arn.scope, arn.resource.removeprefix("layer:")


def _of_scope(scope: Scope) -> dict[str, str]:
    return {"of_account": scope.account, "of_region": scope.region}


def _fitting(rows: Iterable[Row], params: Mapping[str, Any]) -> list[Row]:
    runtime, architecture = params.get("CompatibleRuntime"), params.get("CompatibleArchitecture")
    return [
        row
        for row in rows
        if (runtime is None or runtime in orjson.loads(row.runtimes))
        and (architecture is None or architecture in orjson.loads(row.architectures))
    ]


def _told(named: LayerVersion, row: Row) -> dict[str, Any]:
    answer = {
        "LayerVersionArn": named.arn,
        "Version": row.version,
        "Description": row.description,
        "CreatedDate": last_modified(row.created_ms),
    }
    optional = {
        "CompatibleRuntimes": orjson.loads(row.runtimes),
        "CompatibleArchitectures": orjson.loads(row.architectures),
        "LicenseInfo": row.license,
    }
    return answer | {member: value for member, value in optional.items() if value}


def _told_whole(ctx: Context, named: LayerVersion, row: Row) -> dict[str, Any]:
    endpoint = ctx.call.endpoint or ctx.engine.settings.endpoint
    return _told(named, row) | {
        "LayerArn": named.scope.arn("lambda", f"layer:{named.layer}"),
        "Content": {
            "Location": packages.location_of(endpoint, named.scope, row.package),
            "CodeSha256": packages.base64_digest(row.package),
            "CodeSize": row.package_size,
        },
    }
