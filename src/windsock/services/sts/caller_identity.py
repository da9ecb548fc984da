"""Who is asking, and whose a key is.

Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
"""

from __future__ import annotations

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.access_keys import issuing_account
from windsock.services.sts.errors import ValidationError


@query("GetCallerIdentity")
def get_caller_identity(ctx: Query, params: Params) -> Result:
    """The account, ARN and unique id of the caller. Never denied."""
    caller = ctx.call.caller
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.principal}


@query("GetAccessKeyInfo")
def get_access_key_info(ctx: Query, params: Params) -> Result:
    """The account of a key, of whichever account it is and whether or not it is still there."""
    account = issuing_account(params["AccessKeyId"])
    if account is None:
        raise ValidationError(f"The access key {params['AccessKeyId']} does not say its account.")
    return {"Account": account}
