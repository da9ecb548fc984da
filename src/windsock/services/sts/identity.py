"""Who is asking.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from windsock.engine.operations import Params, Query, Result, query


@query("GetCallerIdentity")
def get_caller_identity(ctx: Query, params: Params) -> Result:
    """The account, ARN and unique id of the caller. Never denied."""
    caller = ctx.call.caller
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.principal}
