"""The keys that issuers of web identity tokens publish, and whether one of them signed a token.

An issuer is asked for its discovery document, which tells where its keys are. They are remembered for a
while, and asked for again when a token names one that is not among them. An issuer on this machine is asked
by plain HTTP, though IAM knows it by an `https://` URL as any other: so whoever tests needs no certificate.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html and
https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson

from windsock.engine.http_client import HttpClient, HttpFailure, HttpRequest
from windsock.services.sts.errors import (
    IdpCommunicationError,
    InvalidIdentityToken,
    unverifiable,
)
from windsock.services.sts.limits import (
    ISSUER_DOCUMENT_BYTES,
    ISSUER_KEYS,
    ISSUER_KEYS_AGAIN_MS,
    ISSUER_KEYS_KEPT_MS,
    ISSUER_SECONDS,
    ISSUERS_REMEMBERED,
    TOKEN_HEADER_BYTES,
)
from windsock.services.sts.web_tokens import WebToken

if TYPE_CHECKING:
    from joserfc.jwk import Key

    from windsock.engine.engine import Engine

_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
_KINDS: Final = ("RSA", "EC")
_LOOPBACK: Final = re.compile(r"localhost|.+\.localhost|127(\.\d{1,3}){3}|::1")


@dataclass(frozen=True, slots=True)
class _Published:
    """The keys of an issuer as they were at an instant."""

    keys: Sequence[Key]
    fetched_ms: int

    def named(self, key_id: str | None) -> list[Key]:
        """Those that a token may mean: all, where it names none."""
        return [key for key in self.keys if key_id is None or key.kid == key_id]


class WebIssuers:
    """An engine part: `engine.part(WebIssuers)`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._published: dict[str, _Published] = {}

    async def verify(self, name: str, token: WebToken) -> None:
        """Whether the issuer called `name` signed a token. Raises InvalidIdentityToken unless it did, and
        IdpCommunicationError where it cannot be asked."""
        keys = await self._keys(name, token.key_id)
        if not keys:
            raise _no_key()
        if not any(_is_signed_with(key, token.text) for key in keys):
            raise unverifiable()

    async def _keys(self, name: str, key_id: str | None) -> list[Key]:
        now_ms, known = self._engine.clock.now_ms(), self._published.get(name)
        age_ms = ISSUER_KEYS_KEPT_MS if known is None else now_ms - known.fetched_ms
        if known is not None and age_ms < ISSUER_KEYS_KEPT_MS:
            keys = known.named(key_id)
            if keys or age_ms < ISSUER_KEYS_AGAIN_MS:
                return keys
        if len(self._published) >= ISSUERS_REMEMBERED:
            self._published.clear()
        found = self._published[name] = _Published(await self._fetch(name), now_ms)
        return found.named(key_id)

    async def _fetch(self, name: str) -> Sequence[Key]:
        address = self._engine.settings.issuers.get(name) or f"{_scheme(name)}://{name}"
        discovery = await self._document(f"{address.rstrip('/')}/.well-known/openid-configuration")
        where = discovery.get("jwks_uri")
        if not isinstance(where, str) or not may_be_asked(where, address):
            raise _no_key()
        return _read_keys(await self._document(where))

    async def _document(self, url: str) -> dict[str, Any]:
        request = HttpRequest("GET", url, {"Accept": "application/json"})
        client = self._engine.part(HttpClient)
        try:
            answer = await client.send(request, ISSUER_SECONDS, ISSUER_DOCUMENT_BYTES + 1)
        except HttpFailure as error:
            raise IdpCommunicationError(f"The identity provider could not be reached: {error}") from error
        if answer.status >= 500:
            raise IdpCommunicationError(f"The identity provider answered with status {answer.status}.")
        if answer.status != 200 or len(answer.body) > ISSUER_DOCUMENT_BYTES:
            raise _no_key()
        try:
            document = orjson.loads(answer.body)
        except ValueError as error:
            raise _no_key() from error
        if not isinstance(document, dict):
            raise _no_key()
        return document


def issuer_name(issuer: str) -> str:
    """What a provider's ARN and condition keys call an issuer: its URL without `https://`.

    An issuer on this machine may also say that it is `http://`.
    """
    scheme, separator, name = issuer.partition("://")
    if separator and (scheme == "https" or scheme == _scheme(name)):
        return name
    return issuer


def _scheme(name: str) -> str:
    """How an issuer is asked."""
    return "http" if _is_local(f"//{name}") else "https"


def _is_local(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return _LOOPBACK.fullmatch(host) is not None


def may_be_asked(url: str, address: str) -> bool:
    """Keys come by HTTPS, or from where the discovery document came from: that server, or this machine.

    So an issuer elsewhere cannot have windsock ask for what only this machine can.
    """
    parts, origin = urlsplit(url), urlsplit(address)
    if parts.scheme == "https":
        return True
    is_same = (origin.scheme, origin.netloc) == parts[:2] or (_is_local(address) and _is_local(url))
    return parts.scheme == "http" and is_same


def _read_keys(document: dict[str, Any]) -> list[Key]:
    """The keys for signatures of a JWK set; those that cannot be read are none."""
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    given = document.get("keys")
    keys: list[Key] = []
    for each in given if isinstance(given, list) else ():
        if not isinstance(each, dict) or each.get("kty") not in _KINDS or each.get("use", "sig") != "sig":
            continue
        try:
            keys.append(import_key({name: each[name] for name in each if name != "key_ops"}))
        except (JoseError, ValueError, TypeError):
            continue
    if len(keys) > ISSUER_KEYS:
        raise _no_key()
    return keys


def _is_signed_with(key: Key, token: str) -> bool:
    from joserfc import jws
    from joserfc.errors import JoseError

    registry = jws.JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
    registry.max_header_length = TOKEN_HEADER_BYTES
    try:
        jws.deserialize_compact(token, key, registry=registry)
    except (JoseError, ValueError):
        return False
    return True


def _no_key() -> InvalidIdentityToken:
    return InvalidIdentityToken(
        "Couldn't retrieve verification key from your identity provider,  please reference "
        "AssumeRoleWithWebIdentity documentation for requirements"
    )
