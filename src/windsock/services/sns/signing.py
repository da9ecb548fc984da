"""The key and certificate that notifications are signed with, made once a store, when first needed.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
(version 1 signs with SHA-1, version 2 with SHA-256, both RSA PKCS #1 v1.5)

The library for it is loaded when it is first needed: most starts sign nothing.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson
import sqlalchemy as sa

from windsock.engine.tables import facts
from windsock.services.sns.addresses import certificate_url
from windsock.services.sns.envelopes import (
    Confirmation,
    Signature,
    confirmation_to_sign,
    notification_to_sign,
)
from windsock.services.sns.messages import Message
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

    from windsock.engine.engine import Engine

_FACT: Final = "sns.signing"
_FIND = Statement(sa.select(facts.c.value).where(facts.c.name == sa.bindparam("name")))
_KEEP = Statement(upsert(facts))

_KEY_BITS: Final = 2048
# Not from the clock: what is signed under virtual time must verify on a machine with a real one.
_VALID_FROM: Final = datetime(2010, 1, 1, tzinfo=UTC)
_VALID_UNTIL: Final = datetime(2099, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """A key, its certificate in PEM, and the name that the certificate is served under."""

    key: rsa.RSAPrivateKey
    certificate: bytes
    fingerprint: str


class Signer:
    """Signs what an engine sends. Signing takes about a millisecond, so it runs on a thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._identity: Identity | None = None
        self._loading = asyncio.Lock()

    async def identity(self) -> Identity:
        """The key and certificate of this store, made if there are none."""
        async with self._loading:
            if self._identity is None:
                self._identity = await self._load()
            return self._identity

    async def sign_notification(self, message: Message, protocol: str) -> Signature:
        """The signature of a notification; once for all subscribers that get the same text."""
        if not message.signature_version:
            return Signature()
        content = message.content_for(protocol)
        signing = message.signatures.get(content)
        if signing is None:
            text = notification_to_sign(message, protocol)
            signing = asyncio.ensure_future(self._sign(text, message.signature_version))
            message.signatures[content] = signing
        return await self._signature(message.signature_version, message.endpoint, signing)

    async def sign_confirmation(self, request: Confirmation) -> Signature:
        """The signature of a confirmation request."""
        signing = asyncio.ensure_future(self._sign(confirmation_to_sign(request), request.signature_version))
        return await self._signature(request.signature_version, request.endpoint, signing)

    async def _signature(self, version: str, endpoint: str, signing: asyncio.Future[str]) -> Signature:
        value = await asyncio.shield(signing)
        return Signature(version, value, certificate_url(endpoint, (await self.identity()).fingerprint))

    async def _sign(self, text: str, version: str) -> str:
        key = (await self.identity()).key
        return await asyncio.to_thread(_signed, key, text, version)

    async def _load(self) -> Identity:
        kept = self._engine.store.read(lambda tx: tx.scalar(_FIND, {"name": _FACT}))
        if kept is None:
            made = await asyncio.to_thread(_make)
            kept = await self._engine.store.write(lambda tx: _keep(tx, made))
        return _identity(kept)


async def signing_certificate(engine: Engine) -> bytes:
    """The certificate, in PEM, that subscribers of this engine verify signatures with."""
    return (await engine.part(Signer).identity()).certificate


def _keep(tx: Transaction, made: str) -> str:
    """Keep what was made unless another node was first; what is kept then."""
    tx.execute(_KEEP, {"name": _FACT, "value": made})
    kept: str = tx.scalar(_FIND, {"name": _FACT})
    return kept


def _signed(key: rsa.RSAPrivateKey, text: str, version: str) -> str:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    algorithms = {"1": hashes.SHA1, "2": hashes.SHA256}  # the published algorithm
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithms[version]())
    return base64.b64encode(signature).decode()


def _make() -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return orjson.dumps({"key": pem.decode(), "certificate": public.decode()}).decode()


def _identity(kept: str) -> Identity:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    pems = orjson.loads(kept)
    key = serialization.load_pem_private_key(pems["key"].encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the signing key of SNS is not an RSA key")
    certificate = pems["certificate"].encode()
    fingerprint = x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()[:32]
    return Identity(key, certificate, fingerprint)
