"""PutObject and UploadPart: an object must be what its digests say.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import FileBody
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.s3.acls import check_acl


class BadDigest(AwsError):
    """A body that is not the one whose digest was sent."""

    code = "BadDigest"


class InvalidDigest(AwsError):
    """What cannot be a digest of that kind."""

    code = "InvalidDigest"


@waiting("PutObject")
async def put_object(ctx: Context, params: Params) -> Result:
    """Store an object. Raises BadDigest, InvalidDigest, what `check_acl` does, and what moto answers."""
    await check_acl(ctx, params)
    return await _checked(ctx, params)


@waiting("UploadPart")
async def upload_part(ctx: Context, params: Params) -> Result:
    """Store a part of an object. Raises BadDigest, InvalidDigest, and what moto answers."""
    return await _checked(ctx, params)


async def _checked(ctx: Context, params: Params) -> Result:
    body = params.get("Body") or b""
    for member, (name, digest, size) in _DIGESTS.items():
        told = params.get(member)
        if told is None:
            continue
        if len(_decoded(told)) != size:
            raise InvalidDigest(f"The {name} you specified was invalid.")
        if told != await _digest_of(body, digest):
            raise BadDigest(f"The {name} you specified did not match the calculated checksum.")
    result: Result = await ctx.engine.part(Moto).answer(ctx.call)
    return result


def _decoded(told: str) -> bytes:
    try:
        return base64.b64decode(told, validate=True)
    except binascii.Error:
        return b""


Digest = Callable[[Iterable[bytes]], bytes]


async def _digest_of(body: bytes | FileBody, digest: Digest) -> str:
    if isinstance(body, FileBody):
        found = await asyncio.to_thread(lambda: digest(body.pieces()))
    else:
        found = digest((body,))
    return base64.b64encode(found).decode()


def _hashed(algorithm: str) -> Digest:
    def digest(pieces: Iterable[bytes]) -> bytes:
        hashed = hashlib.new(algorithm, usedforsecurity=False)
        for piece in pieces:
            hashed.update(piece)
        return hashed.digest()

    return digest


def _crc32(pieces: Iterable[bytes]) -> bytes:
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return crc.to_bytes(4, "big")


# What may be sent of a body: its name, how it is computed, its size. CRC-32C and CRC-64/NVME are believed, as
# Python has neither.
_DIGESTS: Final[Mapping[str, tuple[str, Digest, int]]] = {
    "ContentMD5": ("Content-MD5", _hashed("md5"), 16),
    "ChecksumCRC32": ("CRC32", _crc32, 4),
    "ChecksumSHA1": ("SHA1", _hashed("sha1"), 20),
    "ChecksumSHA256": ("SHA256", _hashed("sha256"), 32),
}
