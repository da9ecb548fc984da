"""Who a request says it is from."""

from __future__ import annotations

import pytest

from windsock.gateway.credentials import Credentials, read_credentials
from windsock.gateway.request import Request
from windsock.kernel.scope import DEFAULT_ACCOUNT


def read(query: list[tuple[str, str]] | None = None, body: bytes = b"", **headers: str) -> Credentials:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_credentials(Request("POST", "/", "/", query or [], names, body))


def test_the_authorization_header() -> None:
    found = read(
        authorization="AWS4-HMAC-SHA256 Credential=AKID/20170102/eu-west-1/events/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=abc=",
        x_amz_date="20170102T030405Z",
        x_amz_security_token="token",
    )
    assert found == Credentials(
        access_key="AKID",
        account=DEFAULT_ACCOUNT,
        region="eu-west-1",
        signing_name="events",
        algorithm="AWS4-HMAC-SHA256",
        signed_headers=("host", "x-amz-date"),
        signature="abc=",
        date="20170102T030405Z",
        scope_date="20170102",
        security_token="token",
    )
    assert found.signed


@pytest.mark.parametrize(
    ("key", "account"),
    [("111122223333", "111122223333"), ("test", DEFAULT_ACCOUNT), ("1111222233334", DEFAULT_ACCOUNT)],
)
def test_a_key_of_twelve_digits_is_the_account(key: str, account: str) -> None:
    credential = f"Credential={key}/20170102/eu-west-1/events/aws4_request"
    assert read(authorization=f"AWS4-HMAC-SHA256 {credential}").account == account


def test_a_presigned_url() -> None:
    found = read(
        [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", "123456789012/20170102/eu-central-1/s3/aws4_request"),
            ("X-Amz-Date", "20170102T030405Z"),
            ("X-Amz-Expires", "900"),
            ("X-Amz-SignedHeaders", "host"),
            ("X-Amz-Signature", "abc"),
        ]
    )
    assert (found.account, found.region, found.signing_name) == ("123456789012", "eu-central-1", "s3")
    assert (found.presigned, found.expires, found.date, found.signature) == (
        True,
        900,
        "20170102T030405Z",
        "abc",
    )


def test_version_4a_has_no_region() -> None:
    found = read(
        authorization="AWS4-ECDSA-P256-SHA256 Credential=k/20170102/events/aws4_request, Signature=a"
    )
    assert (found.access_key, found.region, found.signing_name) == ("k", "us-east-1", "events")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"authorization": "AWS 111122223333:sig="}, b""),
        (
            {"content-type": "application/x-www-form-urlencoded"},
            b"Action=ListQueues&AWSAccessKeyId=111122223333&Signature=sig%3D",
        ),
    ],
)
def test_version_2(headers: dict[str, str], body: bytes) -> None:
    found = read_credentials(Request("POST", "/", "/", [], headers, body))
    assert (found.access_key, found.account, found.signature) == ("111122223333", "111122223333", "sig=")


def test_an_unsigned_request_has_the_defaults_and_the_region_of_its_host() -> None:
    assert read() == Credentials()
    assert not read().signed
    assert read(host="sqs.ap-southeast-2.amazonaws.com").region == "ap-southeast-2"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=a/b",
        "Bearer x",
        "AWS x",
        "AWS4-X ,,=",
    ],
)
def test_a_broken_header_is_read_as_far_as_it_goes(authorization: str) -> None:
    found = read(authorization=authorization)
    assert (found.region, found.signing_name, found.account) == ("us-east-1", None, DEFAULT_ACCOUNT)
