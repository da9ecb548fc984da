"""AssumeRoleWithWebIdentity: a session of a role for whom an OpenID Connect provider vouches.

The token is the caller's only credential, so it is verified before anything else: by the keys of its issuer,
which must be a provider of the role's account. What it claims are condition keys of the role's trust policy.
Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""

from __future__ import annotations

from typing import Final

from windsock.engine.calls import Caller
from windsock.engine.identities import Federation
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.services.sts.errors import InvalidIdentityToken
from windsock.services.sts.federated_roles import Grant, assume
from windsock.services.sts.role_sessions import role_arn
from windsock.services.sts.web_issuers import WebIssuers, issuer_name
from windsock.services.sts.web_tokens import read_token

# Identity providers that every account has at AWS, which windsock does not ask.
_BUILT_IN: Final = ("accounts.google.com", "cognito-identity.amazonaws.com")


@waiting("AssumeRoleWithWebIdentity")
async def assume_role_with_web_identity(ctx: Context, params: Params) -> Result:
    """Credentials of a role that trusts the issuer of a token, for whom the token is of."""
    role = role_arn(params["RoleArn"])
    if "ProviderId" in params:
        raise _not_asked(f"the access tokens of {params['ProviderId']}")
    token = read_token(params["WebIdentityToken"])
    name = issuer_name(token.issuer)
    provider = Scope(role.account, f"{role.partition}-global").arn("iam", f"oidc-provider/{name}")
    known = ctx.engine.identities.identity_provider(provider)
    if known is None:
        raise _unknown(token.issuer)
    await ctx.engine.part(WebIssuers).verify(name, token)
    token.check(known.clients, ctx.now_ms)
    caller = Caller(
        "web-identity-user",
        "",
        provider,
        source_ip=ctx.call.caller.source_ip,
        user_agent=ctx.call.caller.user_agent,
        user_id=f"{provider}:{token.audience}:{token.subject}",
        name=token.subject,
    )
    grant = Grant(
        caller=caller,
        role=role,
        session_name=params["RoleSessionName"],
        seconds=params.get("DurationSeconds"),
        tags=token.tags,
        transitive=token.transitive,
        source_identity=token.source_identity,
        federation=Federation(provider, {f"{name}:{key}": text for key, text in token.lasting.items()}),
        context={f"{name}:{key}": value for key, value in token.context.items()},
    )
    return {
        **await assume(ctx, params, grant),
        "SubjectFromWebIdentityToken": token.subject,
        "Provider": provider,
        "Audience": token.audience,
    }


def _unknown(issuer: str) -> AwsError:
    if issuer_name(issuer) in _BUILT_IN:
        return _not_asked(f"the tokens of {issuer}")
    return InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")


def _not_asked(what: str) -> AwsError:
    return AwsError(
        f"windsock does not verify {what} yet.",
        code=NotImplementedOperation.code,
        status=NotImplementedOperation.status,
    )
