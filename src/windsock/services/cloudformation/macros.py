"""Macros: transforms that are functions. Each is an `AWS::CloudFormation::Macro` of some stack here.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from windsock.engine.operations import Context
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.kernel.scope import Scope
from windsock.languages.stacks import TemplateError
from windsock.services.cloudformation.tables import resources
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot

TYPE: Final = "AWS::CloudFormation::Macro"

_MACROS = Statement(
    sa.select(resources.c.properties, resources.c.status).where(
        resources.c.account == sa.bindparam("account"),
        resources.c.region == sa.bindparam("region"),
        resources.c.type == sa.bindparam("type"),
        resources.c.physical_id == sa.bindparam("name"),
    )
)


def function_of_macro(tx: Snapshot, scope: Scope, name: str) -> str | None:
    """The function that is the macro of that name; None without one."""
    rows = tx.rows(_MACROS, {**scope.columns, "type": TYPE, "name": name})
    there = [row for row in rows if row.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")]
    return str(json.loads(there[0].properties)["FunctionName"]) if there else None


async def by_macro(
    ctx: Context, name: str, fragment: Any, parameters: Mapping[str, str], options: Mapping[str, Any]
) -> Any:
    """What a macro makes of a fragment of a template; it is called as the caller. Raises TemplateError."""
    function = ctx.engine.store.read(lambda tx: function_of_macro(tx, ctx.scope, name))
    if function is None:
        raise TemplateError(f"No transform named {name} found.")
    full_name = f"{ctx.scope.account}::{name}"
    request = {
        "region": ctx.scope.region,
        "accountId": ctx.scope.account,
        "fragment": fragment,
        "transformId": full_name,
        "params": options,
        "requestId": ctx.call.request_id,
        "templateParameterValues": parameters,
    }
    params = {"FunctionName": function, "Payload": json.dumps(request).encode()}
    try:
        answer = (
            await ctx.engine.call("lambda", "Invoke", params, caller=ctx.call.caller, scope=ctx.scope) or {}
        )
    except AwsError as error:
        raise TemplateError(f"Transform {full_name} failed with: {error.message}") from error
    try:
        told = json.loads(await whole(answer["Payload"]))
    except ValueError:
        told = None
    if "FunctionError" in answer or not isinstance(told, dict):
        told = {}
    if told.get("status") != "success" or "fragment" not in told:
        reason = told.get("errorMessage")
        with_reason = f"failed with: {reason}." if reason else "failed without an error message."
        raise TemplateError(f"Transform {full_name} {with_reason}")
    return told["fragment"]
