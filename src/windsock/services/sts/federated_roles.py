"""Roles for those whom an identity provider vouches for, once what they showed is verified.

From then on the call is theirs: the trail and the role's trust policy know it as such, and it happened in the
role's account.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from windsock.engine.access import Need
from windsock.engine.calls import Caller
from windsock.engine.identities import Federation
from windsock.engine.operations import Context, Params
from windsock.kernel.arns import Arn
from windsock.kernel.scope import Scope
from windsock.services.sts.limits import DEFAULT_ROLE_SESSION
from windsock.services.sts.role_sessions import RoleSession, begin, refuse_longer
from windsock.services.sts.session_limits import limits_of


@dataclass(frozen=True, slots=True)
class Grant:
    """What an identity provider vouches for: who calls, and the session of a role that they are to have.

    `context` are the condition keys of the provider's claims; `federation` is what stays with the session.
    """

    caller: Caller
    role: Arn
    session_name: str
    seconds: int | None
    tags: Mapping[str, str]
    transitive: Sequence[str]
    source_identity: str
    federation: Federation
    context: Mapping[str, str | tuple[str, ...]]


async def assume(ctx: Context, params: Params, grant: Grant) -> dict[str, Any]:
    """Begin the session. Raises AccessDenied where the role does not trust the provider."""
    ctx.call.caller = grant.caller
    ctx.call.scope = Scope(grant.role.account, ctx.scope.region)
    await ctx.engine.authorization.check_federated(ctx.call, grant.federation.provider, _needs(ctx, grant))
    seconds = grant.seconds or DEFAULT_ROLE_SESSION
    refuse_longer(seconds, ctx.engine.identities.principal(str(grant.role)))
    limited = {
        **{name: params[name] for name in ("Policy", "PolicyArns") if name in params},
        "Tags": [{"Key": key, "Value": value} for key, value in grant.tags.items()],
        "TransitiveTagKeys": list(grant.transitive),
    }
    asked = RoleSession(
        role=grant.role,
        name=grant.session_name,
        seconds=seconds,
        limits=limits_of(ctx, limited),
        source_identity=grant.source_identity,
        federation=grant.federation,
    )
    return begin(ctx, asked)


def _needs(ctx: Context, grant: Grant) -> list[Need]:
    """What the role's trust policy must allow."""
    keys: dict[str, str | tuple[str, ...]] = {
        **grant.context,
        "sts:RoleSessionName": grant.session_name,
        "aws:FederatedProvider": grant.federation.provider,
    }
    actions = [f"sts:{ctx.call.operation}"]
    if grant.source_identity:
        keys["sts:SourceIdentity"] = grant.source_identity
        actions.append("sts:SetSourceIdentity")
    if grant.tags:
        keys |= {f"aws:RequestTag/{key}": value for key, value in grant.tags.items()}
        keys["aws:TagKeys"] = tuple(grant.tags)
        actions.append("sts:TagSession")
    if grant.transitive:
        keys["sts:TransitiveTagKeys"] = tuple(grant.transitive)
    return [Need(action, str(grant.role), keys) for action in actions]
