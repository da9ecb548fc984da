"""Published versions: copies of `$LATEST` that do not change.

Sources: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html and API_ListVersionsByFunction
beside it.
"""

from __future__ import annotations

from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.ids import uuid4
from windsock.services.lambda_ import function_rows
from windsock.services.lambda_.configurations import told, told_in_list
from windsock.services.lambda_.errors import InvalidParameterValue, PreconditionFailed
from windsock.services.lambda_.names import FunctionName, unqualified_function
from windsock.services.lambda_.packages import base64_digest
from windsock.services.lambda_.pages import page, page_size, start_after
from windsock.store.statements import Row
from windsock.store.transaction import Transaction


@command("PublishVersion")
def publish_version(ctx: Command, params: Params) -> Result:
    """Publish `$LATEST`; if nothing changed since the last version, answer that one.

    Raises PreconditionFailed for a RevisionId and InvalidParameterValue for a CodeSha256 that are not
    `$LATEST`'s.
    """
    named = unqualified_function(ctx.scope, params)
    function_rows.require_function(ctx.tx, named)
    latest = function_rows.require_version(ctx.tx, named)
    if params.get("RevisionId") and params["RevisionId"] != latest.revision:
        raise PreconditionFailed("GetFunction/GetAlias")
    digest = base64_digest(latest.package)
    if params.get("CodeSha256") and params["CodeSha256"] != digest:
        raise InvalidParameterValue(
            f"CodeSHA256 ({params['CodeSha256']}) is different from current CodeSHA256 in $LATEST "
            f"({digest}). Please try again with the CodeSHA256 in $LATEST."
        )
    description = params.get("Description") or orjson.loads(latest.configuration)["Description"]
    row = publish(ctx.tx, named, latest, description, ctx.now_ms)
    return told(named, row, row.version)


@query("ListVersionsByFunction")
def list_versions_by_function(ctx: Query, params: Params) -> Result:
    """`$LATEST` and the published versions by number."""
    named = unqualified_function(ctx.scope, params)
    function_rows.require_function(ctx.tx, named)
    (after,) = start_after(params, [-1])
    size = page_size(params)
    rows = [row for row in function_rows.versions_of(ctx.tx, named) if row.ordinal > after]

    def form(row: Row) -> dict[str, Any]:
        return told_in_list(named, row, row.version)

    return page("Versions", rows[: size + 1], size, lambda row: [row.ordinal], form)


def publish(tx: Transaction, named: FunctionName, latest: Row, description: str, now_ms: int) -> Row:
    """The row of the version that holds `$LATEST`: the last one if it does already, else a new one."""
    function = function_rows.require_function(tx, named)
    configuration = orjson.loads(latest.configuration)
    last = function_rows.find_version(tx, named, str(function.last_version))
    if last is not None and last.package == latest.package:
        published = orjson.loads(last.configuration) | {"Description": function.published_description}
        if published == configuration:
            return last
    number = function.last_version + 1
    function_rows.set_last_version(tx, named, number, configuration["Description"])
    return function_rows.put_version(
        tx,
        named,
        str(number),
        configuration=configuration | {"Description": description},
        package=latest.package,
        package_size=latest.package_size,
        revision=uuid4(),
        now_ms=now_ms,
    )
