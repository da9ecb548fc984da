"""What IAM denied in an account, or would have. Only windsock itself can ask, for its console.

Who may see what an account grants may see this too: it needs `iam:GetAccountAuthorizationDetails`.
"""

from __future__ import annotations

from windsock.engine.denials import Denials
from windsock.engine.operations import Params, Query, Result, query


@query("ListDeniedCalls")
def list_denied_calls(ctx: Query, params: Params) -> Result:
    """The denials (`engine/denials.py`) of the account that is called, the latest first."""
    account = ctx.scope.account
    latest = ctx.engine.part(Denials).latest()
    return {"DeniedCalls": [denial for denial in latest if denial["account"] == account]}
