"""Bodies in transit encodings: `aws-chunked` uploads and compressed requests.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html (chunks, trailers);
https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait (compression)
"""

from __future__ import annotations

import dataclasses
import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence

from windsock.gateway.request import Chunk, Request
from windsock.kernel.errors import AwsError, RequestTooLarge, SerializationError
from windsock.kernel.limits import MAX_REQUEST_BODY

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_MAX_SIZE_DIGITS = 8
_LONGEST_LINE = 8_192


def is_chunked(request: Request) -> bool:
    """Whether a body is `aws-chunked`."""
    streaming = request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
    return streaming or "aws-chunked" in _encodings(request)


def dechunked(request: Request) -> Request:
    """`request` with an `aws-chunked` body joined, and its trailing headers among its headers.

    Any other request is returned as it is. Chunk signatures are checked by `signatures`. Raises AwsError
    `IncompleteBody` (400) for a body that breaks off or does not follow the form.
    """
    if request.file is not None:
        return dataclasses.replace(request, headers=request.file.headers)
    if not is_chunked(request):
        return request
    dechunker = Dechunker(request)
    body = b"".join(dechunker.feed(request.body))
    return dataclasses.replace(request, body=body, headers=dechunker.finish())


def signed_chunks(request: Request) -> Sequence[Chunk]:
    """The signed parts of an `aws-chunked` body, in order. Raises AwsError `IncompleteBody`."""
    if request.file is not None:
        return request.file.chunks
    dechunker = Dechunker(request)
    for _ in dechunker.feed(request.body):
        pass
    dechunker.finish()
    return dechunker.chunks


class Dechunker:
    """Takes an `aws-chunked` body as it comes and gives what its chunks hold.

    `chunks` are those that came so far, if they are signed, and after `finish` the trailer.
    """

    def __init__(self, request: Request) -> None:
        self.chunks: list[Chunk] = []
        self._headers = request.headers
        self._others = [encoding for encoding in _encodings(request) if encoding != "aws-chunked"]
        self._rest = bytearray()  # what was not looked at yet; after the last chunk, the trailers
        self._left = 0  # of the chunk that has begun
        self._closing = False  # a chunk is complete but for its line end
        self._ended = False
        self._size = 0
        self._signature = ""
        self._digest = hashlib.sha256()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The content in a piece of the body. Raises AwsError `IncompleteBody`."""
        self._rest += piece
        while not self._ended and (content := self._next()) is not None:
            self._size += len(content)
            yield content

    def finish(self) -> dict[str, str]:
        """The headers of the request without the encoding, and with those that trailed the body.

        Raises AwsError `IncompleteBody` when the body broke off.
        """
        expected = self._headers.get("x-amz-decoded-content-length", str(self._size))
        if not self._ended or expected != str(self._size):
            raise _incomplete()
        trailers = _trailers(bytes(self._rest))
        signature = trailers.pop("x-amz-trailer-signature", None)
        if signature is not None:
            signed = "".join(f"{name}:{value}\n" for name, value in trailers.items())
            digest = hashlib.sha256(signed.encode("latin-1")).hexdigest()
            self.chunks.append(Chunk(digest, signature, is_trailer=True))
        return _with_encodings({**self._headers, **trailers}, self._others)

    def _next(self) -> bytes | None:
        """What the next part holds: nothing, if it is a line; None when more must come first."""
        if self._left:
            return self._take(self._left) if self._rest else None
        end = self._rest.find(b"\r\n")
        if end < 0:
            if len(self._rest) > _LONGEST_LINE:
                raise _incomplete()
            return None
        line = bytes(self._rest[:end])
        del self._rest[: end + 2]
        if not self._closing:
            self._begin(line)
        elif line:
            raise _incomplete()
        else:
            self._end()
        return b""

    def _begin(self, line: bytes) -> None:
        self._left = _chunk_size(line)
        self._signature = line.partition(b";chunk-signature=")[2].decode("latin-1").strip()
        self._digest = hashlib.sha256()
        self._ended = not self._left
        if self._ended:
            self._end()

    def _take(self, most: int) -> bytes:
        content = bytes(self._rest[:most])
        del self._rest[:most]
        self._left -= len(content)
        self._closing = not self._left
        if self._signature:
            self._digest.update(content)
        return content

    def _end(self) -> None:
        self._closing = False
        if self._signature:
            self.chunks.append(Chunk(self._digest.hexdigest(), self._signature))


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
