"""AssumeRole: a session of a role, for a user, another role or a service.

Whether the caller may is the chain's to decide, as of any other call: the policy of the resource is the
role's trust policy, and what the caller says of itself (external id, session name and tags, source identity)
are condition keys. Where the chain lets everybody through, even roles that are not there can be assumed;
their sessions may do what the chain lets them.
Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any, Final

from windsock.engine.identities import Identity, Principal, Session
from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.access_keys import issuing_account
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.scope import Scope
from windsock.services.sts.credentials import by_mfa, issued
from windsock.services.sts.errors import AccessDenied, ValidationError
from windsock.services.sts.limits import CHAINED_ROLE_SESSION, DEFAULT_ROLE_SESSION
from windsock.services.sts.session_limits import limits_of

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\x21-\x7e]+")
_ID_LETTERS: Final = 17


@query("AssumeRole")
def assume_role(ctx: Query, params: Params) -> Result:
    """Credentials of a role, for as long as asked and at most as long as the role allows."""
    arn = _role_arn(params["RoleArn"])
    _refuse_root(ctx)
    role = ctx.engine.identities.principal(str(arn))
    before = ctx.call.caller.session
    seconds = _seconds(ctx, params, role)
    limits = limits_of(ctx, params, before)
    name = params["RoleSessionName"]
    role_id = role.unique_id if role is not None else _made_up_id(arn)
    identity = Identity("role", arn.account, _session_arn(arn, name), f"{role_id}:{name}")
    source_identity = _source_identity(params, before)
    session = Session(
        issuer=str(arn),
        issuer_id=role_id,
        name=name,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + seconds * 1000,
        policies=limits.policies,
        policy_arns=limits.policy_arns,
        session_tags=limits.tags,
        transitive=limits.transitive,
        source_identity=source_identity,
        mfa=by_mfa(ctx, params),
    )
    answer: dict[str, Any] = {
        "Credentials": issued(ctx, identity, session),
        "AssumedRoleUser": {"AssumedRoleId": identity.user_id, "Arn": identity.arn},
    }
    if limits.packed_percent:
        answer["PackedPolicySize"] = limits.packed_percent
    if source_identity:
        answer["SourceIdentity"] = source_identity
    return answer


def _role_arn(text: str) -> Arn:
    arn = parse_arn(text)
    if arn is None or _ROLE_ARN.fullmatch(text) is None:
        raise ValidationError(f"{text} is invalid")
    return arn


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
    if role is not None and seconds > role.max_session_seconds:
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return seconds


def _source_identity(params: Params, before: Session | None) -> str:
    """The source identity stays the same in all sessions that follow from one."""
    given: str = params.get("SourceIdentity", "")
    kept = before.source_identity if before is not None else ""
    if kept and given and given != kept:
        raise ValidationError("The source identity of a session cannot be changed by the sessions it begins.")
    return kept or given


def _session_arn(role: Arn, name: str) -> str:
    role_name = role.resource.rpartition("/")[2]
    scope = Scope(role.account, f"{role.partition}-global")
    return scope.arn("sts", f"assumed-role/{role_name}/{name}")


def _made_up_id(role: Arn) -> str:
    """The unique id of a role that is not there, always the same."""
    digest = base64.b32encode(hashlib.sha256(str(role).encode()).digest()).decode()
    return f"AROA{digest[:_ID_LETTERS]}"
