"""Transit encodings: aws-chunked uploads and compressed documents."""

from __future__ import annotations

import gzip

import pytest

from windsock.gateway import bodies
from windsock.gateway.bodies import Dechunker, dechunked, decompressed
from windsock.gateway.request import Request
from windsock.kernel.errors import AwsError, RequestTooLarge, SerializationError

SIGNED = b"5;chunk-signature=ab\r\nhello\r\n6;chunk-signature=cd\r\n world\r\n0;chunk-signature=ef\r\n\r\n"
TRAILED = b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"


def request(body: bytes, **headers: str) -> Request:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("PUT", "/b/k", "/b/k", (), names, body)


@pytest.mark.parametrize(
    "sent",
    [
        request(SIGNED, content_encoding="aws-chunked", x_amz_decoded_content_length="11"),
        request(SIGNED, x_amz_content_sha256="STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        request(TRAILED, x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
    ],
)
def test_chunks_are_joined(sent: Request) -> None:
    joined = dechunked(sent)
    assert joined.body == b"hello world"
    assert "content-encoding" not in joined.headers


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("body", [SIGNED, TRAILED])
def test_a_body_may_come_in_any_pieces(body: bytes, size: int) -> None:
    dechunker = Dechunker(request(body, content_encoding="aws-chunked"))
    content = [piece for at in range(0, len(body), size) for piece in dechunker.feed(body[at : at + size])]
    assert b"".join(content) == b"hello world"
    assert dechunker.finish() == dechunked(request(body, content_encoding="aws-chunked")).headers


def test_trailers_become_headers() -> None:
    joined = dechunked(request(TRAILED, content_encoding="aws-chunked"))
    assert joined.headers == {"x-amz-checksum-crc32": "DUoRhQ=="}


def test_other_encodings_stay() -> None:
    joined = dechunked(request(SIGNED, content_encoding="gzip,aws-chunked"))
    assert joined.headers["content-encoding"] == "gzip"
    plain = request(b"x", content_encoding="gzip")
    assert dechunked(plain) is plain


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"5",
        b"5\r\nhel",
        b"5\r\nhello0\r\n\r\n",
        b"x\r\n",
        b"\r\n\r\n",
        b"-1\r\n",
        b"fffffffffffff\r\n",
        b"5\r\nhello\r\n",
    ],
)
def test_a_broken_body_is_refused(body: bytes) -> None:
    with pytest.raises(AwsError) as refused:
        dechunked(request(body, content_encoding="aws-chunked"))
    assert (refused.value.code, refused.value.status) == ("IncompleteBody", 400)


def test_a_body_of_another_length_than_promised_is_refused() -> None:
    with pytest.raises(AwsError, match="IncompleteBody"):
        dechunked(request(SIGNED, content_encoding="aws-chunked", x_amz_decoded_content_length="12"))


def test_gzip_is_unpacked() -> None:
    unpacked = decompressed(request(gzip.compress(b"document"), content_encoding="gzip"))
    assert (unpacked.body, dict(unpacked.headers)) == (b"document", {})


@pytest.mark.parametrize("body", [b"", b"plain", gzip.compress(b"document", mtime=0)[:-3]])
def test_what_is_not_gzip_is_refused(body: bytes) -> None:
    with pytest.raises(SerializationError):
        decompressed(request(body, content_encoding="gzip"))


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_REQUEST_BODY", 1000)
    with pytest.raises(RequestTooLarge):
        decompressed(request(gzip.compress(bytes(1_000_000)), content_encoding="gzip"))
