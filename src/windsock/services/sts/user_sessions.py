"""Sessions of users and of the root, as themselves and for somebody they vouch for.

Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html and
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

from __future__ import annotations

from windsock.engine.identities import Identity, Session
from windsock.engine.operations import Params, Query, Result, query
from windsock.services.sts.credentials import by_mfa, issued
from windsock.services.sts.errors import AccessDenied
from windsock.services.sts.limits import DEFAULT_USER_SESSION, ROOT_SESSION
from windsock.services.sts.session_limits import SessionLimits, limits_of


@query("GetSessionToken")
def get_session_token(ctx: Query, params: Params) -> Result:
    """Temporary credentials of the caller, who is a user or the root."""
    identity = _caller(ctx)
    session = _session(ctx, params, "", SessionLimits(), mfa=by_mfa(ctx, params))
    return {"Credentials": issued(ctx, identity, session)}


@query("GetFederationToken")
def get_federation_token(ctx: Query, params: Params) -> Result:
    """Temporary credentials for somebody, who may do what the caller may and the session policies grant."""
    user, name = _caller(ctx), params["Name"]
    limits = limits_of(ctx, params)
    scope = ctx.scope.of_account
    identity = Identity(
        "federated-user",
        user.account,
        scope.arn("sts", f"federated-user/{name}"),
        f"{user.account}:{name}",
    )
    session = _session(ctx, params, name, limits)
    return {
        "Credentials": issued(ctx, identity, session),
        "FederatedUser": {"FederatedUserId": identity.user_id, "Arn": identity.arn},
        "PackedPolicySize": limits.packed_percent,
    }


def _caller(ctx: Query) -> Identity:
    """Who calls, who must not have a session already."""
    caller = ctx.call.caller
    if caller.session is not None or caller.kind not in ("account", "user"):
        raise AccessDenied(f"Cannot call {ctx.call.operation} with session credentials")
    return Identity(caller.kind, caller.account, caller.principal, caller.user_id)


def _session(ctx: Query, params: Params, name: str, limits: SessionLimits, *, mfa: bool = False) -> Session:
    caller = ctx.call.caller
    seconds: int = params.get("DurationSeconds", DEFAULT_USER_SESSION)
    if caller.kind == "account":
        seconds = min(seconds, ROOT_SESSION)
    return Session(
        issuer=caller.principal,
        issuer_id=caller.user_id,
        name=name,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + seconds * 1000,
        policies=limits.policies,
        policy_arns=limits.policy_arns,
        session_tags=limits.tags,
        mfa=mfa,
    )
