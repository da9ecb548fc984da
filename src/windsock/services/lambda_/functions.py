"""Functions: created, told, listed and deleted.

Sources: API_CreateFunction, API_GetFunction, API_GetFunctionConfiguration, API_ListFunctions and
API_DeleteFunction below https://docs.aws.amazon.com/lambda/latest/api/.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.kernel.ids import uuid4
from windsock.services.lambda_ import function_rows, packages
from windsock.services.lambda_.alias_rows import aliases_of, delete_aliases
from windsock.services.lambda_.code_sources import check_code_directory, fetch_package
from windsock.services.lambda_.configurations import (
    new_configuration,
    shown_qualifier,
    told,
    told_as_created,
    told_in_list,
)
from windsock.services.lambda_.errors import AccessDenied, InvalidParameterValue, ResourceConflict
from windsock.services.lambda_.layer_references import referenced_layers
from windsock.services.lambda_.names import (
    LATEST,
    FunctionName,
    function_named,
    is_version,
    unqualified_function,
)
from windsock.services.lambda_.packages import Package
from windsock.services.lambda_.pages import page, page_size, start_after
from windsock.services.lambda_.policies import delete_policies
from windsock.services.lambda_.qualified_settings import delete_settings
from windsock.services.lambda_.qualifiers import version_of
from windsock.services.lambda_.runs import FunctionRuns
from windsock.services.lambda_.tables import versions
from windsock.services.lambda_.tag_rules import checked_tags
from windsock.services.lambda_.versions import publish
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Transaction

_LIST = Statement(
    sa.select(versions)
    .where(
        versions.c.account == sa.bindparam("account"),
        versions.c.region == sa.bindparam("region"),
        sa.tuple_(versions.c.name, versions.c.ordinal)
        > sa.tuple_(sa.bindparam("after_name"), sa.bindparam("after_ordinal")),
        versions.c.ordinal <= sa.bindparam("last_ordinal"),
    )
    .order_by(versions.c.name, versions.c.ordinal)
    .limit(sa.bindparam("most"))
)
_EVERY_VERSION: Final = 2**62


@waiting("CreateFunction")
async def create_function(ctx: Context, params: Params) -> Result:
    """Create a function of a package. Raises ResourceConflict if its name is taken."""
    named = unqualified_function(ctx.scope, params)
    if named.scope != ctx.scope:
        raise AccessDenied(f"A function cannot be created in another account: {named.arn}")
    tags = checked_tags({}, params.get("Tags") or {})
    check_code_directory(tags)
    _refuse_images(params)
    configuration = new_configuration(named.scope, named.name, params)
    package = await fetch_package(ctx, params["Code"], tags)
    return await ctx.engine.store.write(
        lambda tx: _create(ctx, tx, named, params, configuration, package, tags)
    )


@query("GetFunction")
def get_function(ctx: Query, params: Params) -> Result:
    """A function's configuration, where its package is, its tags and its reserved concurrency."""
    named = function_named(ctx.scope, params)
    row = version_of(ctx.tx, named)
    function = function_rows.require_function(ctx.tx, named)
    endpoint = ctx.call.endpoint or ctx.engine.settings.endpoint
    answer: dict[str, Any] = {
        "Configuration": told(named, row, named.qualifier),
        "Code": {
            "RepositoryType": "S3",
            "Location": packages.location_of(endpoint, named.scope, row.package),
        },
    }
    tags = orjson.loads(function.tags)
    if tags:
        answer["Tags"] = tags
    if function.reserved is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
    return answer


@query("GetFunctionConfiguration")
def get_function_configuration(ctx: Query, params: Params) -> Result:
    """The configuration of a function or of one of its versions."""
    named = function_named(ctx.scope, params)
    return told(named, version_of(ctx.tx, named), named.qualifier)


@query("ListFunctions")
def list_functions(ctx: Query, params: Params) -> Result:
    """The functions by name; with FunctionVersion `ALL` every version of each."""
    size = page_size(params)
    all_versions = params.get("FunctionVersion") == "ALL"
    name, ordinal = start_after(params, ["", -1])
    rows = ctx.tx.rows(
        _LIST,
        {
            "account": ctx.scope.account,
            "region": ctx.scope.region,
            "after_name": name,
            "after_ordinal": ordinal,
            "last_ordinal": _EVERY_VERSION if all_versions else 0,
            "most": size + 1,
        },
    )

    def form(row: Row) -> dict[str, Any]:
        named = FunctionName(ctx.scope, row.name)
        return told_in_list(named, row, row.version if all_versions else shown_qualifier(None, row.version))

    return page("Functions", rows, size, lambda row: [row.name, row.ordinal], form)


@command("DeleteFunction")
def delete_function(ctx: Command, params: Params) -> Result:
    """Delete a function with all its versions and aliases, or with a qualifier one version."""
    named = function_named(ctx.scope, params)
    function_rows.require_function(ctx.tx, named)
    if named.qualifier is None:
        _delete_whole(ctx, named)
    else:
        _delete_version(ctx, named, named.qualifier)
    packages.discard_unused(ctx.tx, named.scope)
    ctx.engine.part(FunctionRuns).forget(ctx.tx, named)
    return {"StatusCode": 204}


def _create(
    ctx: Context,
    tx: Transaction,
    named: FunctionName,
    params: Params,
    configuration: dict[str, Any],
    package: Package,
    tags: dict[str, str],
) -> dict[str, Any]:
    if function_rows.find_function(tx, named) is not None:
        raise ResourceConflict(f"Function already exist: {named.name}")
    layers = referenced_layers(tx, params.get("Layers") or ())
    if layers:
        configuration["Layers"] = layers
    packages.keep(tx, named.scope, package)
    function_rows.insert_function(tx, named.scope, named.name, tags, ctx.now_ms)
    latest = function_rows.put_version(
        tx,
        named,
        LATEST,
        configuration=configuration,
        package=package.sha256,
        package_size=package.size,
        revision=uuid4(),
        now_ms=ctx.now_ms,
    )
    if not params.get("Publish"):
        return told_as_created(named, latest)
    published = publish(tx, named, latest, configuration["Description"], ctx.now_ms)
    return told_as_created(named, published, published.version)


def _refuse_images(params: Params) -> None:
    if params.get("PackageType") == "Image":
        raise InvalidParameterValue(
            "windsock runs functions of package type Zip: no container runner is configured."
        )


def _delete_whole(ctx: Command, named: FunctionName) -> None:
    function_rows.delete_function(ctx.tx, named)
    delete_aliases(ctx.tx, named)
    delete_policies(ctx.tx, named.scope, f"function:{named.name}")
    delete_settings(ctx.tx, named)


def _delete_version(ctx: Command, named: FunctionName, version: str) -> None:
    if version == LATEST:
        raise InvalidParameterValue("$LATEST version cannot be deleted without deleting the function.")
    if not is_version(version):
        raise InvalidParameterValue("Deletion of aliases is not currently supported.")
    referring = [
        row.alias
        for row in aliases_of(ctx.tx, named)
        if row.version == version or version in orjson.loads(row.weights)
    ]
    if referring:
        raise ResourceConflict(
            f"Unable to delete version because the following aliases reference it: [{', '.join(referring)}]"
        )
    function_rows.delete_version(ctx.tx, named, version)
    delete_settings(ctx.tx, named, version)
    delete_policies(ctx.tx, named.scope, f"function:{named.name}", version)
