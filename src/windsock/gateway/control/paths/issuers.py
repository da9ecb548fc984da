"""What those who are shown a token of an account's users and roles ask its issuer for: its keys.

Source: https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.calls import Caller
from windsock.gateway.control.asked import Asked, NotThere
from windsock.gateway.control.path import Audience, control_path
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope


@control_path("issuers/{issuer}/.well-known/openid-configuration", audience=Audience.EVERYBODY)
async def configuration(asked: Asked) -> dict[str, Any]:
    """The discovery document."""
    url = (await _published(asked))["Url"]
    return {
        "issuer": url,
        "jwks_uri": f"{url}/.well-known/jwks.json",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES384"],
    }


@control_path("issuers/{issuer}/.well-known/jwks.json", audience=Audience.EVERYBODY)
async def keys(asked: Asked) -> dict[str, Any]:
    """The keys."""
    return {"keys": (await _published(asked))["Keys"]}


async def _published(asked: Asked) -> dict[str, Any]:
    issuer = asked.segments["issuer"]
    found = await asked.engine.call(
        "iam",
        "GetPublishedKeys",
        {"Issuer": issuer},
        caller=Caller.root(DEFAULT_ACCOUNT),
        scope=Scope(DEFAULT_ACCOUNT, DEFAULT_REGION),
    )
    if not found:
        raise NotThere(f"There is no issuer {issuer} here.")
    return found
