"""Signature Version 4, computed anew and compared: of headers, of presigned URLs, of each chunk of a body.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and, for
chunks, https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html with its page on trailers.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from windsock.gateway.bodies import signed_chunks
from windsock.gateway.credentials import Credentials
from windsock.gateway.request import Chunk, Request

ALGORITHM: Final = "AWS4-HMAC-SHA256"

_UNRESERVED: Final = "-_.~"
_SPACES: Final = re.compile(r" +")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_EMPTY_SHA256: Final = hashlib.sha256(b"").hexdigest()
_UNSIGNED: Final = "UNSIGNED-PAYLOAD"
# What browsers say of themselves.
_FREE_HEADERS: Final = ("x-amz-user-agent",)
_CHUNKS_SIGNED: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"


def is_signed_with(request: Request, credentials: Credentials, secret: str) -> bool:
    """Whether a request bears the signature that a secret gives it, and is what was signed.

    Only S3 takes a body that is not signed. Every header of AWS's must be.
    """
    digest = _payload_digest(request, credentials)
    body_is_signed = _SHA256.fullmatch(digest) is not None
    if body_is_signed and digest != _body_digest(request):
        return False
    if not (body_is_signed or credentials.signing_name == "s3") or _unsigned_headers(request, credentials):
        return False
    key = _signing_key(secret, _scope(credentials))
    signature = _sign(key, _string_to_sign(request, credentials, digest))
    if not hmac.compare_digest(signature, credentials.signature or ""):
        return False
    return not digest.startswith(_CHUNKS_SIGNED) or _chunks_hold(request, credentials, key, signature)


def _unsigned_headers(request: Request, credentials: Credentials) -> list[str]:
    """Headers that mean something and could have been added on the way."""
    ours = (name for name in request.headers if name.startswith("x-amz-") and name not in _FREE_HEADERS)
    return [name for name in ours if name not in credentials.signed_headers]


def _scope(credentials: Credentials) -> str:
    date, region, service = credentials.scope_date, credentials.region, credentials.signing_name
    return f"{date}/{region}/{service}/aws4_request"


def _string_to_sign(request: Request, credentials: Credentials, digest: str) -> str:
    canonical = "\n".join(
        (
            request.method,
            _canonical_path(request, credentials),
            _canonical_query(request, credentials),
            *(f"{name}:{_header(request, name)}" for name in credentials.signed_headers),
            "",
            ";".join(credentials.signed_headers),
            digest,
        )
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    return "\n".join((ALGORITHM, credentials.date or "", _scope(credentials), hashed))


def _canonical_path(request: Request, credentials: Credentials) -> str:
    """S3 signs the path as it is, encoded once; everybody else that, normalised and encoded once more."""
    if credentials.signing_name == "s3":
        return quote(request.path, safe="/" + _UNRESERVED) or "/"
    return quote(_normalised(request.raw_path), safe="/" + _UNRESERVED)


def _normalised(path: str) -> str:
    """A path without `.`, `..` and empty segments."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    ended = "/" if kept and path.endswith("/") else ""
    return f"/{'/'.join(kept)}{ended}"


def _canonical_query(request: Request, credentials: Credentials) -> str:
    pairs = [
        (quote(name, safe=_UNRESERVED), quote(value, safe=_UNRESERVED))
        for name, value in request.query
        if not (credentials.presigned and name.lower() == "x-amz-signature")
    ]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _header(request: Request, name: str) -> str:
    return _SPACES.sub(" ", request.headers.get(name, "").strip())


def _payload_digest(request: Request, credentials: Credentials) -> str:
    """What stands for the body in what is signed: its digest, or a word that says how else it is covered."""
    given = request.headers.get("x-amz-content-sha256")
    if given is None and credentials.presigned:
        given = dict(request.query).get("X-Amz-Content-Sha256")
    if given is not None:
        return given
    if credentials.presigned and credentials.signing_name == "s3":
        return _UNSIGNED
    return _body_digest(request)


def _body_digest(request: Request) -> str:
    return hashlib.sha256(request.body).hexdigest() if request.file is None else request.file.sha256


def _chunks_hold(request: Request, credentials: Credentials, key: bytes, seed: str) -> bool:
    """Whether each chunk of a body, and its trailer, bears the signature that follows from the one before."""
    previous = seed
    for chunk, signature in _signatures(request, credentials, key, seed):
        if not hmac.compare_digest(signature, chunk.signature):
            return False
        previous = signature
    return previous != seed


def _signatures(
    request: Request, credentials: Credentials, key: bytes, seed: str
) -> Iterator[tuple[Chunk, str]]:
    """The parts of a body with the signatures they should have."""
    for chunk in signed_chunks(request):
        digests = [chunk.digest] if chunk.is_trailer else [_EMPTY_SHA256, chunk.digest]
        kind = "TRAILER" if chunk.is_trailer else "PAYLOAD"
        head = (f"{ALGORITHM}-{kind}", credentials.date or "", _scope(credentials), seed)
        seed = _sign(key, "\n".join((*head, *digests)))
        yield chunk, seed


def _sign(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


@functools.lru_cache(maxsize=1024)
def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
