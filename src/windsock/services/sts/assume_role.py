"""AssumeRole: a session of a role, for a user, another role or a service.

Whether the caller may is the chain's to decide, as of any other call: the policy of the resource is the
role's trust policy, and what the caller says of itself (external id, session name and tags, source identity)
are condition keys. Where the chain lets everybody through, even roles that are not there can be assumed;
their sessions may do what the chain lets them.
Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""

from __future__ import annotations

from windsock.engine.identities import Principal, Session
from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.access_keys import issuing_account
from windsock.services.sts.credentials import by_mfa
from windsock.services.sts.errors import AccessDenied, ValidationError
from windsock.services.sts.limits import CHAINED_ROLE_SESSION, DEFAULT_ROLE_SESSION
from windsock.services.sts.role_sessions import RoleSession, begin, refuse_longer, role_arn
from windsock.services.sts.session_limits import limits_of


@query("AssumeRole")
def assume_role(ctx: Query, params: Params) -> Result:
    """Credentials of a role, for as long as asked and at most as long as the role allows."""
    arn = role_arn(params["RoleArn"])
    _refuse_root(ctx)
    before = ctx.call.caller.session
    asked = RoleSession(
        role=arn,
        name=params["RoleSessionName"],
        seconds=_seconds(ctx, params, ctx.engine.identities.principal(str(arn))),
        limits=limits_of(ctx, params, before),
        source_identity=_source_identity(params, before),
        mfa=by_mfa(ctx, params),
    )
    return begin(ctx, asked)


def _refuse_root(ctx: Query) -> None:
    """A root key that was issued here is held to AWS's rule; what only names an account is not."""
    caller = ctx.call.caller
    if caller.kind == "account" and issuing_account(caller.access_key) is not None:
        raise AccessDenied("Roles may not be assumed by root accounts.")


def _seconds(ctx: Query, params: Params, role: Principal | None) -> int:
    """How long the session lasts. A service is bound by neither limit."""
    seconds: int = params.get("DurationSeconds", DEFAULT_ROLE_SESSION)
    if ctx.call.caller.kind == "service":
        return seconds
    if ctx.call.caller.kind == "role" and seconds > CHAINED_ROLE_SESSION:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
            "chaining."
        )
    refuse_longer(seconds, role)
    return seconds


def _source_identity(params: Params, before: Session | None) -> str:
    """The source identity stays the same in all sessions that follow from one."""
    given: str = params.get("SourceIdentity", "")
    kept = before.source_identity if before is not None else ""
    if kept and given and given != kept:
        raise ValidationError("The source identity of a session cannot be changed by the sessions it begins.")
    return kept or given
