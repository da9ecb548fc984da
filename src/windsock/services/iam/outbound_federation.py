"""Outbound web identity: that services outside trust tokens of an account's users and roles.

Each account has an issuer of its own, with keys that are drawn when the feature is first enabled. At AWS the
issuer has a host of its own; here it is a path of windsock's endpoint, where who is shown a token can ask.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html and
https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.iam.errors import FeatureDisabled, FeatureEnabled
from windsock.services.iam.settings import account_with, drop_setting, put_setting, setting
from windsock.store.scoped_rows import Reading, View

_ENABLED: Final = "outbound_enabled"
_ISSUER: Final = "outbound_issuer"
_KEYS: Final = "outbound_keys"

# Tokens are signed with RS256 or ES384.
_RSA_BITS: Final = 2_048
_CURVE: Final = "P-384"


@command("EnableOutboundWebIdentityFederation")
def enable_outbound_federation(ctx: Command, params: Params) -> Result:
    """Let the account's users and roles have tokens; the issuer is the same whenever it is enabled."""
    if setting(ctx, _ENABLED) is not None:
        raise FeatureEnabled("Outbound web identity federation is already enabled for your account.")
    if setting(ctx, _ISSUER) is None:
        put_setting(ctx, _ISSUER, uuid4())
        put_setting(ctx, _KEYS, orjson.dumps(_new_keys()).decode())
    put_setting(ctx, _ENABLED, "true")
    return {"IssuerIdentifier": _url(ctx, ctx)}


@command("DisableOutboundWebIdentityFederation")
def disable_outbound_federation(ctx: Command, params: Params) -> Result:
    """Let them have no more tokens; those they have stay good."""
    if not drop_setting(ctx, _ENABLED):
        raise _disabled()
    return None


@query("GetOutboundWebIdentityFederationInfo")
def get_outbound_federation_info(ctx: Query, params: Params) -> Result:
    """The issuer of the account's tokens."""
    if setting(ctx, _ENABLED) is None:
        raise _disabled()
    return {"IssuerIdentifier": _url(ctx, ctx), "JwtVendingEnabled": True}


@query("GetOutboundSigningKeys")
def get_outbound_signing_keys(ctx: Query, params: Params) -> Result:
    """The issuer and its private keys (JWK). Only windsock itself can ask: STS does."""
    if setting(ctx, _ENABLED) is None:
        raise _disabled()
    return {"Issuer": _url(ctx, ctx), "Keys": _kept_keys(ctx)}


@query("GetPublishedKeys")
def get_published_keys(ctx: Query, params: Params) -> Result:
    """The `Url` and public keys (JWK) of the issuer with an id, nothing when it is nobody's.

    Only windsock itself can ask.
    """
    account = account_with(ctx.tx, _ISSUER, params["Issuer"])
    if account is None:
        return {}
    from joserfc.jwk import import_key

    at = View(ctx.tx, Scope(account, ctx.scope.region))
    public = [import_key(key).as_dict(private=False) for key in _kept_keys(at)]
    return {"Url": _url(ctx, at), "Keys": public}


def _url(ctx: Context, at: Reading) -> str:
    return f"{ctx.engine.settings.endpoint}/_windsock/issuers/{setting(at, _ISSUER)}"


def _kept_keys(at: Reading) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = orjson.loads(setting(at, _KEYS) or "[]")
    return keys


def _new_keys() -> list[dict[str, Any]]:
    # Few accounts have such an issuer, and cryptography takes a while to load.
    from joserfc.jwk import ECKey, RSAKey

    rsa = RSAKey.generate_key(_RSA_BITS, {"kid": uuid4(), "use": "sig", "alg": "RS256"})
    curve = ECKey.generate_key(_CURVE, {"kid": uuid4(), "use": "sig", "alg": "ES384"})
    return [dict(key.as_dict(private=True)) for key in (rsa, curve)]


def _disabled() -> FeatureDisabled:
    return FeatureDisabled("Outbound web identity federation is not enabled for your account.")
