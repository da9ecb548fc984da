"""Settings of a function that tools read and that change nothing here: recursion, runtime updates, signing.

Sources: API_PutFunctionRecursionConfig, API_PutRuntimeManagementConfig and API_GetFunctionCodeSigningConfig
below https://docs.aws.amazon.com/lambda/latest/api/.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.function_rows import require_function, set_recursive_loop
from windsock.services.lambda_.names import LATEST, function_named, unqualified_function
from windsock.services.lambda_.qualified_settings import Settings
from windsock.services.lambda_.qualifiers import version_of

_RUNTIME_UPDATES: Final = Settings("runtime-management")


@command("PutFunctionRecursionConfig")
def put_function_recursion_config(ctx: Command, params: Params) -> Result:
    """Keep what is to happen to recursive invocations. windsock stops none."""
    named = unqualified_function(ctx.scope, params)
    require_function(ctx.tx, named)
    set_recursive_loop(ctx.tx, named, params["RecursiveLoop"])
    return {"RecursiveLoop": params["RecursiveLoop"]}


@query("GetFunctionRecursionConfig")
def get_function_recursion_config(ctx: Query, params: Params) -> Result:
    """What was kept; `Terminate` at first."""
    named = unqualified_function(ctx.scope, params)
    return {"RecursiveLoop": require_function(ctx.tx, named).recursive_loop}


@command("PutRuntimeManagementConfig")
def put_runtime_management_config(ctx: Command, params: Params) -> Result:
    """Keep when the runtime is to be updated. Functions run on the interpreter that is installed."""
    named = function_named(ctx.scope, params)
    version_of(ctx.tx, named)
    members = ("UpdateRuntimeOn", "RuntimeVersionArn")
    settings: dict[str, Any] = {
        member: params[member] for member in members if params.get(member) is not None
    }
    _RUNTIME_UPDATES.put(ctx.tx, named, settings, ctx.now_ms)
    return {**settings, "FunctionArn": named.with_qualifier(named.qualifier or LATEST)}


@query("GetRuntimeManagementConfig")
def get_runtime_management_config(ctx: Query, params: Params) -> Result:
    """What was kept; `Auto` at first."""
    named = function_named(ctx.scope, params)
    version_of(ctx.tx, named)
    row = _RUNTIME_UPDATES.find(ctx.tx, named)
    settings = {"UpdateRuntimeOn": "Auto"} if row is None else orjson.loads(row.settings)
    return {**settings, "FunctionArn": named.with_qualifier(named.qualifier or LATEST)}


@query("GetFunctionCodeSigningConfig")
def get_function_code_signing_config(ctx: Query, params: Params) -> Result:
    """No function has one: the name alone, as AWS answers then."""
    named = unqualified_function(ctx.scope, params)
    require_function(ctx.tx, named)
    return {"FunctionName": named.name}
