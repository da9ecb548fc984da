"""Roles for those whom an identity provider vouches for.

A token of a provider that the account does not know is refused as AWS does; verifying those of providers it
does know is not there.
Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html and
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

from __future__ import annotations

import base64
from typing import Any

import orjson

from windsock.engine.calls import Caller
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError, NotImplementedOperation
from windsock.kernel.scope import Scope
from windsock.services.sts.errors import InvalidIdentityToken, ValidationError


@waiting("AssumeRoleWithWebIdentity")
async def assume_role_with_web_identity(ctx: Context, params: Params) -> Result:
    """Refuses what no provider of the role's account issued."""
    claims = _claims(params["WebIdentityToken"])
    issuer = str(claims.get("iss", ""))
    account = _account_of(params["RoleArn"])
    known = await _iam(ctx, account, "ListOpenIDConnectProviders", {})
    name = issuer.removeprefix("https://")
    arns = [provider["Arn"] for provider in known["OpenIDConnectProviderList"]]
    if not any(arn.endswith(f":oidc-provider/{name}") for arn in arns):
        raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")
    raise NotImplementedOperation("sts", "AssumeRoleWithWebIdentity")


@waiting("AssumeRoleWithSAML")
async def assume_role_with_saml(ctx: Context, params: Params) -> Result:
    """Refuses what no provider of the account issued."""
    arn = params["PrincipalArn"]
    try:
        await _iam(ctx, _account_of(arn), "GetSAMLProvider", {"SAMLProviderArn": arn})
    except AwsError as error:
        raise InvalidIdentityToken(f"No SAML provider found in your account for {arn}") from error
    raise NotImplementedOperation("sts", "AssumeRoleWithSAML")


def _claims(token: str) -> dict[str, Any]:
    """What a JSON Web Token says, unverified."""
    parts = token.split(".")
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError) as error:
        raise _no_token() from error
    if len(parts) != 3 or not isinstance(claims, dict):
        raise _no_token()
    return claims


def _no_token() -> InvalidIdentityToken:
    return InvalidIdentityToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
    )


def _account_of(arn: str) -> str:
    parsed = parse_arn(arn)
    if parsed is None or not parsed.account:
        raise ValidationError(f"{arn} is invalid")
    return parsed.account


async def _iam(ctx: Context, account: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    caller = Caller.service("sts.amazonaws.com", account)
    scope = Scope(account, ctx.scope.region)
    return await ctx.engine.call("iam", operation, params, caller=caller, scope=scope) or {}
