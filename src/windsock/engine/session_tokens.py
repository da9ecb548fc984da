"""Temporary credentials, sealed: the session token holds the session itself and a code over it.

Nothing is stored for a session and nothing must be purged. Who has no key of the store can neither make nor
change a token; the secret access key is derived from it. What a token says is readable to whoever has it.
Other short-lived proofs (`seal`) are made alike; what was sealed for one purpose is worth nothing for
another.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import hmac
import secrets
import zlib
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.identities import AccessKey, Federation, Identity, Session
from windsock.engine.tables import facts
from windsock.kernel.access_keys import TEMPORARY, new_access_key
from windsock.store.statements import Statement, upsert
from windsock.store.store import Store
from windsock.store.transaction import Transaction

_FACT: Final = "session_token_key"
_FIND = Statement(sa.select(facts.c.value).where(facts.c.name == _FACT))
_KEEP = Statement(upsert(facts))

_SESSION: Final = "token"
_KEY_BYTES: Final = 32
_CODE_BYTES: Final = 16
_SECRET_LENGTH: Final = 40
# Sessions in use at once, beyond which the longest unused are opened anew (some 20 µs each).
_OPENED: Final = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials as they are handed out."""

    access_key: str
    secret: str = dataclasses.field(repr=False)
    session_token: str = dataclasses.field(repr=False)
    expires_ms: int


class SessionTokens:
    """Issues and opens temporary credentials, by a key drawn once a store."""

    def __init__(self) -> None:
        self._key = b""
        self._opened = functools.lru_cache(_OPENED)(self._open)

    async def start(self, store: Store) -> None:
        """Read the store's key, or draw it."""
        self._key = bytes.fromhex(await store.write(_kept_key))

    def issue(self, identity: Identity, session: Session) -> Credentials:
        """New credentials of `identity`, which has no session yet, in `session`."""
        access_key = new_access_key(TEMPORARY, identity.account)
        token = self.seal(_SESSION, [access_key, *told(dataclasses.replace(identity, session=session))])
        return Credentials(access_key, self._secret(access_key, token), token, session.expires_ms)

    def open(self, access_key: str, session_token: str) -> AccessKey | None:
        """The key that was issued together with a token, expired or not; None if they were not."""
        opened = self._opened(session_token)
        return opened if opened is not None and opened.id == access_key else None

    def derived_key(self, purpose: bytes) -> bytes:
        """A key of the store for something else than tokens."""
        return hmac.digest(self._key, b"key/" + purpose, hashlib.sha256)

    def seal(self, purpose: str, content: list[Any]) -> str:
        """A text that holds JSON values, and that only this store can make."""
        packed = zlib.compress(orjson.dumps(content))
        return base64.b64encode(self._code(purpose, packed) + packed).decode()

    def unseal(self, purpose: str, sealed: str) -> list[Any] | None:
        """What was sealed for that purpose; None for any other text."""
        try:
            kept = base64.b64decode(sealed, validate=True)
        except ValueError:
            return None
        code, packed = kept[:_CODE_BYTES], kept[_CODE_BYTES:]
        if not hmac.compare_digest(code, self._code(purpose, packed)):
            return None
        content: list[Any] = orjson.loads(zlib.decompress(packed))
        return content

    def _open(self, session_token: str) -> AccessKey | None:
        content = self.unseal(_SESSION, session_token)
        if content is None:
            return None
        access_key, *identity = content
        return AccessKey(access_key, self._secret(access_key, session_token), True, retold(identity))

    def _secret(self, access_key: str, token: str) -> str:
        digest = hmac.digest(self._key, f"secret/{access_key}/{token}".encode(), hashlib.sha256)
        return base64.b64encode(digest).decode()[:_SECRET_LENGTH]

    def _code(self, purpose: str, packed: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"/" + packed, hashlib.sha256)[:_CODE_BYTES]


def told(identity: Identity) -> list[Any]:
    """An identity and its session as JSON values."""
    session = None if identity.session is None else _non_default(identity.session)
    return [identity.kind, identity.account, identity.arn, identity.user_id, session]


def retold(content: list[Any]) -> Identity:
    """The identity that was `told`."""
    kind, account, arn, user_id, session = content
    return Identity(kind, account, arn, user_id, None if session is None else _session(session))


def _kept_key(tx: Transaction) -> str:
    tx.execute(_KEEP, {"name": _FACT, "value": secrets.token_hex(_KEY_BYTES)})
    kept: str = tx.scalar(_FIND)
    return kept


def _non_default(session: Session) -> dict[str, Any]:
    """The fields of a session that say something: a token should be short."""
    return {
        each.name: value
        for each in dataclasses.fields(session)
        if (value := getattr(session, each.name)) or each.name.endswith("_ms")
    }


def _session(kept: dict[str, Any]) -> Session:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    if "federation" in fields:
        fields["federation"] = Federation(**fields["federation"])
    return Session(**fields)
