"""Signatures as botocore and AWS's own examples make them, and what does not pass for one."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from windsock.gateway.credentials import read_credentials
from windsock.gateway.request import Request
from windsock.gateway.signatures import is_signed_with

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY = "AKIAIOSFODNN7EXAMPLE"


def received(signed: AWSRequest) -> Request:
    """A request that botocore signed, as it arrives."""
    prepared = signed.prepare()
    url = urlsplit(prepared.url)
    headers = {name.lower(): _text(value) for name, value in prepared.headers.items()}
    body = prepared.body or b""
    assert isinstance(body, bytes | str)
    return Request(
        prepared.method,
        unquote(url.path),
        url.path,
        tuple(parse_qsl(url.query, keep_blank_values=True)),
        {"host": url.netloc, **headers},
        body.encode() if isinstance(body, str) else body,
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def signed_by(signer: type[Any], service: str, token: str | None = None, **request: Any) -> Request:
    """A request signed by one of botocore's signers."""
    aws_request = AWSRequest(**request)
    signer(BotoCredentials(KEY, SECRET, token), service, "us-east-1").add_auth(aws_request)
    return received(aws_request)


def holds(request: Request, secret: str = SECRET) -> bool:
    return is_signed_with(request, read_credentials(request), secret)


REQUESTS: dict[str, Request] = {
    "a form": signed_by(
        SigV4Auth,
        "iam",
        method="POST",
        url="http://localhost:4566/",
        data={"Action": "ListUsers", "x": "a b+c"},
    ),
    "JSON": signed_by(
        SigV4Auth,
        "events",
        method="POST",
        url="http://localhost:4566/",
        data=b'{"Name": "x"}',
        headers={"X-Amz-Target": "AWSEvents.DescribeRule", "Content-Type": "application/x-amz-json-1.1"},
    ),
    "a token": signed_by(SigV4Auth, "sqs", "the/token==", method="POST", url="http://localhost/", data=b"{}"),
    "a path that is encoded": signed_by(
        SigV4Auth,
        "lambda",
        method="GET",
        url="http://localhost/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af/policy",
    ),
    "a path with dots and a slash too many": signed_by(
        SigV4Auth, "lambda", method="GET", url="http://localhost/a/./b//c/../d/"
    ),
    "a query": signed_by(
        SigV4Auth,
        "lambda",
        method="GET",
        url="http://localhost/x",
        params={"b": "2", "a": "ü /?&=", "empty": ""},
    ),
    "a header with spaces": signed_by(
        SigV4Auth, "sns", method="GET", url="http://localhost/", headers={"X-Amz-Thing": "  a   b  "}
    ),
    "an object": signed_by(
        S3SigV4Auth, "s3", method="PUT", url="http://localhost/bucket/a%20b/c%2Bd/%C3%BC//e", data=b"content"
    ),
    "a URL": signed_by(
        SigV4QueryAuth,
        "sts",
        "token",
        method="GET",
        url="http://localhost/",
        params={"Action": "GetCallerIdentity"},
    ),
    "a URL of an object": signed_by(
        S3SigV4QueryAuth, "s3", method="GET", url="http://localhost/bucket/a%20b"
    ),
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_what_was_signed_holds_and_nothing_else(request_: Request) -> None:
    assert holds(request_)
    assert not holds(request_, secret="another")
    for changed in tampered(request_):
        assert not holds(changed), changed


def tampered(request: Request) -> list[Request]:
    """The request changed in one place."""
    replace = dataclasses.replace
    return [
        replace(request, method="DELETE"),
        replace(request, path=request.path + "x", raw_path=request.raw_path + "x"),
        replace(request, query=(*request.query, ("more", "1"))),
        replace(request, headers={**request.headers, "host": "elsewhere"}),
        replace(request, headers={**request.headers, "x-amz-target": "Something.Else"}),
    ]


def test_the_body_is_part_of_it() -> None:
    for name in ("a form", "JSON", "an object"):
        assert not holds(dataclasses.replace(REQUESTS[name], body=b"other"))


def test_the_query_may_come_in_any_order() -> None:
    request = REQUESTS["a query"]
    assert holds(dataclasses.replace(request, query=tuple(reversed(request.query))))


@pytest.mark.parametrize(("service", "may"), [("s3", True), ("sqs", False)])
def test_only_objects_may_have_an_unsigned_body(service: str, may: bool) -> None:
    request = signed_by(
        SigV4Auth,
        service,
        method="PUT",
        url="http://localhost/b/k",
        headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"},
    )
    assert request.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert holds(dataclasses.replace(request, body=b"anything")) is may


# The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
CHUNKS = (
    (b"a" * 65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (b"a" * 1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (b"", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)
STREAMED = Request(
    "PUT",
    "/examplebucket/chunkObject.txt",
    "/examplebucket/chunkObject.txt",
    headers={
        "host": "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "content-length": "66824",
        "authorization": "AWS4-HMAC-SHA256 "
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;"
        "content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,"
        "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    },
    body=b"".join(
        f"{len(content):x};chunk-signature={signature}\r\n".encode() + content + b"\r\n"
        for content, signature in CHUNKS
    ),
)


def test_chunks_are_signed_one_by_one() -> None:
    assert holds(STREAMED)
    for changed in (
        STREAMED.body.replace(b"a" * 1024 + b"\r\n", b"a" * 1023 + b"b\r\n"),
        STREAMED.body.replace(b"0055627c", b"0055627d"),
        STREAMED.body.replace(b"b6c6ea8a", b"b6c6ea8b"),
    ):
        assert changed != STREAMED.body
        assert not holds(dataclasses.replace(STREAMED, body=changed))
