"""Reserved concurrency of functions.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.lambda_.concurrency_gate import reserved_in_all
from windsock.services.lambda_.errors import InvalidParameterValue, function_not_found
from windsock.services.lambda_.function_rows import find_function, require_function, set_reserved
from windsock.services.lambda_.limits import ACCOUNT_CONCURRENCY, UNRESERVED_AT_LEAST
from windsock.services.lambda_.names import LATEST, parse_function, unqualified_function
from windsock.services.lambda_.provisioned_concurrency import provisioned_in_all


@command("PutFunctionConcurrency")
def put_function_concurrency(ctx: Command, params: Params) -> Result:
    """Reserve concurrency for a function; 0 lets nothing run. Some must stay for functions without."""
    named = parse_function(ctx.scope, params["FunctionName"])
    if named.qualifier is not None:
        raise InvalidParameterValue(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
            "operation. Please specify either a function name or an unqualified function ARN."
        )
    function = find_function(ctx.tx, named)
    if function is None:
        raise function_not_found(named.with_qualifier(LATEST))
    wanted: int = params["ReservedConcurrentExecutions"]
    provisioned = provisioned_in_all(ctx.tx, named)
    if wanted < provisioned:
        raise InvalidParameterValue(
            f" ReservedConcurrentExecutions  {wanted} should not be lower than function's total provisioned "
            f"concurrency [{provisioned}]."
        )
    others = reserved_in_all(ctx.tx, named.scope) - (function.reserved or 0)
    if ACCOUNT_CONCURRENCY - others - wanted < UNRESERVED_AT_LEAST:
        raise InvalidParameterValue(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{UNRESERVED_AT_LEAST}]."
        )
    set_reserved(ctx.tx, named, wanted)
    return {"ReservedConcurrentExecutions": wanted}


@query("GetFunctionConcurrency")
def get_function_concurrency(ctx: Query, params: Params) -> Result:
    """What is reserved for a function; nothing if nothing is."""
    function = require_function(ctx.tx, unqualified_function(ctx.scope, params))
    return {} if function.reserved is None else {"ReservedConcurrentExecutions": function.reserved}


@command("DeleteFunctionConcurrency")
def delete_function_concurrency(ctx: Command, params: Params) -> Result:
    """Reserve nothing."""
    named = unqualified_function(ctx.scope, params)
    require_function(ctx.tx, named)
    set_reserved(ctx.tx, named, None)
    return None
