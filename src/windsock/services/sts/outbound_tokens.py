"""GetWebIdentityToken: a token by which services outside know an account's users and roles.

Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.calls import Caller
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.engine.organizations import Organizations
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.services.sts.errors import (
    OutboundWebIdentityFederationDisabled,
    SessionDurationEscalation,
)
from windsock.services.sts.limits import OUTBOUND_TOKEN_SECONDS

_CLAIMS: Final = "https://sts.amazonaws.com/"


@waiting("GetWebIdentityToken")
async def get_web_identity_token(ctx: Context, params: Params) -> Result:
    """A token of whoever calls, for an audience, signed by a key of the account's issuer."""
    from joserfc import jwt
    from joserfc.jwk import import_key

    issuer, keys = await _issuer(ctx)
    algorithm, issued = params["SigningAlgorithm"], ctx.now_ms // 1000
    expires = issued + params.get("DurationSeconds", OUTBOUND_TOKEN_SECONDS)
    session = ctx.call.caller.session
    if session is not None and expires * 1000 > session.expires_ms:
        raise SessionDurationEscalation(
            "The requested token duration would extend the session beyond its original expiration time."
        )
    audience = params["Audience"]
    claims = {
        "iss": issuer,
        "aud": audience[0] if len(audience) == 1 else audience,
        "sub": _subject(ctx),
        "iat": issued,
        "exp": expires,
        "jti": uuid4(),
        _CLAIMS: _told_of_caller(ctx, params),
    }
    key = import_key(next(each for each in keys if each["alg"] == algorithm))
    header = {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
    token = jwt.encode(header, claims, key, algorithms=[algorithm])
    return {"WebIdentityToken": token, "Expiration": to_datetime(expires * 1000)}


async def _issuer(ctx: Context) -> tuple[str, list[dict[str, Any]]]:
    """The URL of the account's issuer, and its keys. Raises OutboundWebIdentityFederationDisabled."""
    caller = Caller.service("sts.amazonaws.com", ctx.scope.account)
    try:
        known = await ctx.engine.call("iam", "GetOutboundSigningKeys", {}, caller=caller, scope=ctx.scope)
    except AwsError as error:
        raise OutboundWebIdentityFederationDisabled(
            "The outbound web identity federation feature is not enabled for this account."
        ) from error
    found = known or {}
    return found["Issuer"], found["Keys"]


def _subject(ctx: Context) -> str:
    """The user, or the role behind a session."""
    caller = ctx.call.caller
    return caller.principal if caller.session is None else caller.session.issuer


def _told_of_caller(ctx: Context, params: Params) -> dict[str, Any]:
    caller, subject = ctx.call.caller, _subject(ctx)
    told: dict[str, Any] = {"aws_account": caller.account, "source_region": ctx.scope.region}
    organizations = ctx.engine.part(Organizations)
    membership = organizations.of(caller.account)
    if membership is not None:
        told["org_id"] = membership.organization
        told["ou_path"] = organizations.guards(caller.account).path
    principal = ctx.engine.identities.principal(subject)
    tags = dict(principal.tags) if principal is not None else {}
    if caller.session is not None:
        tags |= caller.session.session_tags
    if tags:
        told["principal_tags"] = tags
    if params.get("Tags"):
        told["request_tags"] = {tag["Key"]: tag["Value"] for tag in params["Tags"]}
    return told
