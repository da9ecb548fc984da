"""Requests that are not who they say they are, and what each service answers them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.gateway.test_signatures import received

from windsock.engine.engine import Engine
from windsock.engine.identities import AccessKey, Identity, Session
from windsock.gateway.authentication import Authentication
from windsock.gateway.credentials import read_credentials
from windsock.gateway.request import Request
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError

ALICE = Identity("user", "111122223333", "arn:aws:iam::111122223333:user/alice", "AIDAALICE")
NOW = datetime.now(UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)
FORM = "SignedHeaders=host;x-amz-date, Signature=abc"
INVALID = "The security token included in the request is invalid."


def session(expires: datetime) -> Session:
    millis = int(expires.timestamp() * 1000)
    return Session(
        issuer="arn:aws:iam::111122223333:role/r",
        issuer_id="AROA",
        name="s",
        issued_ms=millis - 3_600_000,
        expires_ms=millis,
    )


KEYS = {
    ("AKIAGOOD", None): AccessKey("AKIAGOOD", "secret", True, ALICE),
    ("AKIAOFF", None): AccessKey("AKIAOFF", "secret", False, ALICE),
    ("ASIANEW", "token"): AccessKey(
        "ASIANEW", "secret", True, dataclasses.replace(ALICE, session=session(NOW + DAY))
    ),
    ("ASIAOLD", "token"): AccessKey(
        "ASIAOLD", "secret", True, dataclasses.replace(ALICE, session=session(NOW - DAY))
    ),
}


def authentication(now: datetime) -> Authentication:
    """An authentication whose clocks both stand at an instant."""
    clock = VirtualClock(int(now.timestamp() * 1000))
    identities = SimpleNamespace(access_key=lambda key, token: KEYS.get((key, token)))
    return Authentication(cast(Engine, SimpleNamespace(identities=identities, clock=clock)), clock)


def request(
    service: str = "sqs",
    key: str = "AKIAGOOD",
    token: str | None = None,
    secret: str = "secret",
    signer: Any = SigV4Auth,
    url: str = "http://localhost/",
    **options: Any,
) -> Request:
    """A request signed now."""
    aws_request = AWSRequest(method="POST", url=url, data=b"{}")
    signer(BotoCredentials(key, secret, token), service, "us-east-1", **options).add_auth(aws_request)
    return received(aws_request)


def signed_at(asked: Request) -> datetime:
    """When a request was signed; now for one that does not say."""
    date = read_credentials(asked).date
    return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if date else NOW


def accepted(
    asked: Request, service: str = "sqs", operation: str = "X", after: timedelta | None = None
) -> None:
    """Verify a request, `after` it was signed."""
    now = signed_at(asked) + (after or timedelta())
    authentication(now).verify(asked, read_credentials(asked), service, operation)


def refused(
    asked: Request, service: str = "sqs", operation: str = "X", after: timedelta | None = None
) -> AwsError:
    with pytest.raises(AwsError) as refusal:
        accepted(asked, service, operation, after)
    return refusal.value


SIGNING = {"sqs": "sqs", "sns": "sns", "lambda": "lambda", "s3": "s3", "ec2": "ec2"}

# What is asked, and code and status by service.
ANSWERS: dict[str, tuple[dict[str, Any], dict[str, tuple[str, int]]]] = {
    "an unknown key": (
        {"key": "AKIANOBODY"},
        {
            "sqs": ("UnrecognizedClientException", 400),
            "sns": ("InvalidClientTokenId", 403),
            "lambda": ("UnrecognizedClientException", 403),
            "s3": ("InvalidAccessKeyId", 403),
            "ec2": ("AuthFailure", 401),
        },
    ),
    "an inactive key": (
        {"key": "AKIAOFF"},
        {"sqs": ("UnrecognizedClientException", 400), "sns": ("InvalidClientTokenId", 403)},
    ),
    "a temporary key without its token": ({"key": "ASIANEW"}, {"sns": ("InvalidClientTokenId", 403)}),
    "a temporary key with another token": (
        {"key": "ASIANEW", "token": "other"},
        {"sns": ("InvalidClientTokenId", 403), "s3": ("InvalidToken", 400)},
    ),
    "a session that is over": (
        {"key": "ASIAOLD", "token": "token"},
        {
            "sqs": ("ExpiredTokenException", 400),
            "sns": ("ExpiredToken", 403),
            "s3": ("ExpiredToken", 400),
            "ec2": ("RequestExpired", 400),
        },
    ),
    "a wrong secret": (
        {"secret": "guessed"},
        {
            "sqs": ("InvalidSignatureException", 400),
            "sns": ("SignatureDoesNotMatch", 403),
            "lambda": ("InvalidSignatureException", 403),
            "s3": ("SignatureDoesNotMatch", 403),
            "ec2": ("AuthFailure", 401),
        },
    ),
}


@pytest.mark.parametrize(
    ("asked", "service", "answer"),
    [(asked, service, answer) for asked, answers in ANSWERS.values() for service, answer in answers.items()],
)
def test_each_service_refuses_in_its_own_words(
    asked: dict[str, Any], service: str, answer: tuple[str, int]
) -> None:
    error = refused(request(SIGNING[service], **asked), service)
    assert (error.code, error.status) == answer


def test_messages() -> None:
    assert refused(request(secret="guessed")).message == MISMATCH
    assert refused(request(key="AKIANOBODY")).message == INVALID


def test_good_requests_pass() -> None:
    accepted(request())
    accepted(request(key="ASIANEW", token="token"))
    accepted(request("s3"), "s3")


def test_a_signature_is_good_for_a_quarter_of_an_hour() -> None:
    quarter = timedelta(minutes=15)
    asked = request("sns")
    accepted(asked, "sns", after=quarter - 2 * SECOND)
    accepted(asked, "sns", after=-quarter + 2 * SECOND)
    late = refused(asked, "sns", after=quarter + 5 * SECOND)
    assert (late.code, late.status) == ("SignatureDoesNotMatch", 403)
    assert late.message.startswith("Signature expired: 2")
    assert late.message.endswith(" - 15 min.)")
    early = refused(asked, "sns", after=-quarter - 5 * SECOND)
    assert early.message.startswith("Signature not yet current: 2")
    assert refused(request("s3"), "s3", after=2 * quarter).code == "RequestTimeTooSkewed"
    assert refused(request("ec2"), "ec2", after=2 * quarter).code == "RequestExpired"


def test_a_url_is_good_for_as_long_as_it_says() -> None:
    asked = request("s3", signer=S3SigV4QueryAuth, expires=3600)
    accepted(asked, "s3", after=3590 * SECOND)
    error = refused(asked, "s3", after=3610 * SECOND)
    assert (error.code, error.message) == ("AccessDenied", "Request has expired")
    too_long = request("s3", signer=S3SigV4QueryAuth, expires=604_801)
    assert refused(too_long, "s3").code == "AuthorizationHeaderMalformed"


def test_a_signature_for_another_service_is_none() -> None:
    error = refused(request("sns"), "sqs")
    assert (error.code, error.message) == (
        "InvalidSignatureException",
        "Credential should be scoped to correct service: 'sqs'. ",
    )


def test_a_signature_for_another_region_than_the_hosts_is_none() -> None:
    asked = request("sqs", url="http://sqs.eu-west-1.amazonaws.com/")
    error = refused(asked)
    assert error.message == "Credential should be scoped to a valid region, not 'us-east-1'. "


@given(st.text(max_size=60), st.text(max_size=20), st.sampled_from(("sqs", "sns", "s3", "ec2", "lambda")))
def test_whatever_is_sent_is_refused(fields: str, date: str, service: str) -> None:
    for authorization in (
        fields,
        f"AWS4-HMAC-SHA256 {fields}",
        f"AWS4-HMAC-SHA256 Credential={fields}, {FORM}",
    ):
        headers = {"host": "localhost", "authorization": authorization, "x-amz-date": date}
        asked = Request("POST", "/", "/", headers=headers)
        credentials = read_credentials(asked)
        if service == "s3" and credentials.algorithm is None:
            continue  # that is nobody, whom buckets may let in
        with pytest.raises(AwsError):
            authentication(NOW).verify(asked, credentials, service, "X")


def test_a_signature_of_another_day_is_none() -> None:
    asked = request("sns")
    other_day = asked.headers["authorization"].replace(f"/{signed_at(asked):%Y%m%d}/", "/20170102/")
    error = refused(dataclasses.replace(asked, headers={**asked.headers, "authorization": other_day}), "sns")
    assert (error.code, error.message[:26]) == ("SignatureDoesNotMatch", "Date in Credential scope d")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "AWS4-HMAC-SHA256 Credential=AKIAGOOD/20170102/us-east-1/sns/aws4_request",
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter.",
        ),
        (
            "AWS4-HMAC-SHA256 Signature=a, SignedHeaders=host",
            "Authorization header requires 'Credential' parameter.",
        ),
        (
            "AWS4-HMAC-SHA512 Credential=a/b/c/sns/aws4_request",
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.",
        ),
    ],
)
def test_incomplete_signatures(header: str, message: str) -> None:
    asked = dataclasses.replace(request("sns"), headers={**request("sns").headers, "authorization": header})
    error = refused(asked, "sns")
    assert (error.code, error.message) == ("IncompleteSignature", message)


def test_version_2_is_not_taken() -> None:
    headers = {"host": "localhost", "authorization": "AWS AKIAGOOD:c2lnbmF0dXJl"}
    error = refused(Request("GET", "/b/k", "/b/k", headers=headers), "s3")
    assert error.message.endswith("Please use AWS4-HMAC-SHA256.")


def test_unsigned_requests() -> None:
    bare = Request("GET", "/", "/", headers={"host": "localhost"})
    assert refused(bare, "sqs").code == "MissingAuthenticationTokenException"
    assert refused(bare, "sns", "Publish").code == "MissingAuthenticationToken"
    accepted(bare, "s3", "GetObject")
    accepted(bare, "sns", "ConfirmSubscription")
    accepted(bare, "sts", "AssumeRoleWithWebIdentity")
