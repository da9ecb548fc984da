"""The keys that digest files are signed with: one at a time for each account and region, made when needed.

The library for it is loaded when it is first needed: most starts sign nothing.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.clock import to_datetime, to_ms
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.errors import InvalidTimeRange
from windsock.services.cloudtrail.limits import DIGEST_KEY_BITS, DIGEST_KEY_MS
from windsock.services.cloudtrail.tables import digest_keys as table
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_KEEP = Statement(upsert(table))
_VALID = Statement(
    sa.select(table)
    .where(
        table.c.account == sa.bindparam("account"),
        table.c.region == sa.bindparam("region"),
        table.c.from_ms <= sa.bindparam("last"),
        table.c.until_ms > sa.bindparam("first"),
    )
    .order_by(table.c.from_ms)
)


@query("ListPublicKeys")
def list_public_keys(ctx: Query, params: Params) -> Result:
    """The public keys that were valid at some time of a range, by default now; none where none was needed."""
    first = to_ms(params["StartTime"]) if "StartTime" in params else ctx.now_ms
    last = to_ms(params["EndTime"]) if "EndTime" in params else ctx.now_ms
    if first > last:
        raise InvalidTimeRange("The start time must be before the end time.")
    return {"PublicKeyList": [_shown(row) for row in _valid(ctx.tx, ctx.scope, first, last)]}


@dataclass(frozen=True, slots=True)
class DigestKey:
    """A key; `fingerprint` is how digest files name it."""

    fingerprint: str
    private: bytes

    async def sign(self, text: bytes) -> str:
        """The signature of a text, in hexadecimal digits. It takes about a millisecond, so on a thread."""
        return await asyncio.to_thread(_signature, self.private, text)


async def current_key(engine: Engine, scope: Scope) -> DigestKey:
    """The key of an account and region that is valid now; made if there is none."""
    now = engine.clock.now_ms()
    kept = engine.store.read(lambda tx: _valid(tx, scope, now, now))
    if not kept:
        private, public = await asyncio.to_thread(_make)
        values = {
            **scope.columns,
            "fingerprint": hashlib.md5(public, usedforsecurity=False).hexdigest(),  # as long as AWS's
            "private_key": private,
            "public_key": public,
            "from_ms": now,
            "until_ms": now + DIGEST_KEY_MS,
        }

        def keep(tx: Transaction) -> list[Row]:
            if not _valid(tx, scope, now, now):  # another task may have been first
                tx.execute(_KEEP, values)
            return _valid(tx, scope, now, now)

        kept = await engine.store.write(keep)
    return DigestKey(kept[-1].fingerprint, kept[-1].private_key)


def _valid(tx: Snapshot, scope: Scope, first_ms: int, last_ms: int) -> list[Row]:
    return tx.rows(_VALID, {**scope.columns, "first": first_ms, "last": last_ms})


def _shown(row: Row) -> dict[str, Any]:
    return {
        "Value": row.public_key,
        "ValidityStartTime": to_datetime(row.from_ms),
        "ValidityEndTime": to_datetime(row.until_ms),
        "Fingerprint": row.fingerprint,
    }


def _make() -> tuple[bytes, bytes]:
    """A private key, and the public one as PKCS #1 has it; both DER."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=DIGEST_KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return private, public


def _signature(private: bytes, text: bytes) -> str:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = serialization.load_der_private_key(private, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of digest files is not an RSA key")
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256()).hex()
