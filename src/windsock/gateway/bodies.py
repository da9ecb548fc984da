"""Bodies in transit encodings: `aws-chunked` uploads and compressed requests.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html (chunks, trailers);
https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait (compression)
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator, Mapping

from windsock.gateway.request import Request
from windsock.kernel.errors import AwsError, RequestTooLarge, SerializationError
from windsock.kernel.limits import MAX_REQUEST_BODY

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_MAX_SIZE_DIGITS = 8


def dechunked(request: Request) -> Request:
    """`request` with an `aws-chunked` body joined, and its trailing headers among its headers.

    Any other request is returned as it is. Chunk signatures are checked by `signatures`. Raises AwsError
    `IncompleteBody` (400) for a body that breaks off or does not follow the form.
    """
    encodings = _encodings(request)
    streaming = request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
    if "aws-chunked" not in encodings and not streaming:
        return request
    chunks, trailers = _split_chunks(request.body)
    body = b"".join(chunks)
    expected = request.headers.get("x-amz-decoded-content-length")
    if expected is not None and expected != str(len(body)):
        raise _incomplete()
    remaining = [encoding for encoding in encodings if encoding != "aws-chunked"]
    return dataclasses.replace(
        request, body=body, headers=_with_encodings({**request.headers, **trailers}, remaining)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Chunk:
    """What one signature of an `aws-chunked` body covers: a chunk, the empty one at the end, or the trailer.

    A trailer's `content` is its headers as they are signed: each ended by a line feed.
    """

    content: bytes
    signature: str
    is_trailer: bool = False


def signed_chunks(body: bytes) -> Iterator[Chunk]:
    """The signed parts of an `aws-chunked` body, in order. Raises AwsError `IncompleteBody`."""
    position = 0
    while True:
        line, content, position = _chunk_at(body, position)
        yield Chunk(content, line.partition(b";chunk-signature=")[2].decode("latin-1").strip())
        if not content:
            break
    trailers = _trailers(body[position:])
    signature = trailers.pop("x-amz-trailer-signature", None)
    if signature is not None:
        signed = "".join(f"{name}:{value}\n" for name, value in trailers.items())
        yield Chunk(signed.encode("latin-1"), signature, is_trailer=True)


def decompressed(request: Request) -> Request:
    """`request` with a gzip body unpacked; any other is returned as it is.

    For operations whose body is a document, never for stored objects, whose encoding is theirs.
    Raises RequestTooLarge if it unpacks to more than the body limit, SerializationError if it is
    not gzip.
    """
    encodings = _encodings(request)
    if "gzip" not in encodings:
        return request
    unpack = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = unpack.decompress(request.body, MAX_REQUEST_BODY)
    except zlib.error as error:
        raise SerializationError("The request body is not valid gzip.") from error
    if unpack.unconsumed_tail:
        raise RequestTooLarge(f"The request body unpacks to more than {MAX_REQUEST_BODY} bytes.")
    if not unpack.eof:
        raise SerializationError("The request body is not valid gzip.")
    remaining = [encoding for encoding in encodings if encoding != "gzip"]
    return dataclasses.replace(request, body=body, headers=_with_encodings(request.headers, remaining))


def _encodings(request: Request) -> list[str]:
    given = request.headers.get("content-encoding", "")
    return [part.strip().lower() for part in given.split(",") if part.strip()]


def _with_encodings(headers: Mapping[str, str], encodings: list[str]) -> dict[str, str]:
    kept = dict(headers)
    kept.pop("content-encoding", None)
    if encodings:
        kept["content-encoding"] = ",".join(encodings)
    return kept


def _split_chunks(body: bytes) -> tuple[list[bytes], dict[str, str]]:
    chunks: list[bytes] = []
    position = 0
    while True:
        _, chunk, position = _chunk_at(body, position)
        if not chunk:
            return chunks, _trailers(body[position:])
        chunks.append(chunk)


def _chunk_at(body: bytes, position: int) -> tuple[bytes, bytes, int]:
    """The line in front of a chunk, the chunk (the last is empty), and where the next part begins."""
    line_end = body.find(b"\r\n", position)
    if line_end < 0:
        raise _incomplete()
    line, start = body[position:line_end], line_end + 2
    size = _chunk_size(line)
    if size == 0:
        return line, b"", start
    chunk, end = body[start : start + size], start + size + 2
    if len(chunk) < size or body[start + size : end] != b"\r\n":
        raise _incomplete()
    return line, chunk, end


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or len(digits) > _MAX_SIZE_DIGITS:
        raise _incomplete()
    try:
        return int(digits.decode("ascii"), 16)
    except ValueError as error:
        raise _incomplete() from error


def _trailers(tail: bytes) -> dict[str, str]:
    trailers = {}
    for line in tail.split(b"\r\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            trailers[name.strip().lower()] = value.strip()
    return trailers


def _incomplete() -> AwsError:
    return AwsError(
        "The request body terminated unexpectedly or is not in the aws-chunked form.", code="IncompleteBody"
    )
