"""Roles for whom a SAML provider vouches: which assertions are good, and what their sessions are."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.saml_idp import ATTRIBUTE, Login, SamlIdp, encoded

from windsock.engine.denials import Denials
from windsock.engine.identities import Session
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/staff"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"
IDP, OTHER = SamlIdp(), SamlIdp()
NOW = to_datetime(START_MS)
ATTRIBUTES: dict[str, Sequence[str]] = {
    f"{ATTRIBUTE}Role": [f"{ROLE},{PROVIDER}"],
    f"{ATTRIBUTE}RoleSessionName": ["ada@example.com"],
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["staff", "member"],
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": ["ada@example.com"],
}
LOGIN = Login(NOW, ATTRIBUTES)


async def set_up(driver: Driver, **conditions: dict[str, Any]) -> None:
    """The provider `corp` and the role `staff` that trusts it under conditions."""
    await driver(
        "iam", "CreateSAMLProvider", account=ACCOUNT, Name="corp", SAMLMetadataDocument=IDP.metadata()
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": conditions,
    }
    await driver(
        "iam",
        "CreateRole",
        account=ACCOUNT,
        RoleName="staff",
        MaxSessionDuration=7200,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def saying(**attributes: str | Sequence[str]) -> Login:
    """The login with AWS's attributes set, or left out where they are empty."""
    told = dict(ATTRIBUTES)
    for name, value in attributes.items():
        values = [value] if isinstance(value, str) else value
        told[f"{ATTRIBUTE}{name.replace('__', ':')}"] = values
    return Login(NOW, {name: values for name, values in told.items() if values})


async def assume(driver: Driver, assertion: str, **params: Any) -> dict[str, Any]:
    return await driver(
        "sts",
        "AssumeRoleWithSAML",
        **{"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": assertion, **params},
    )


async def refused(driver: Driver, assertion: str, **params: Any) -> str:
    with pytest.raises(AwsError) as caught:
        await assume(driver, assertion, **params)
    return str(caught.value)


def session_of(driver: Driver, answer: dict[str, Any]) -> Session:
    credentials = answer["Credentials"]
    key = driver.engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    assert key is not None
    assert key.identity.session is not None
    return key.identity.session


@pytest.mark.parametrize("sign", ["assertion", "response"])
async def test_who_is_vouched_for_has_the_role(enforced: Driver, sign: str) -> None:
    await set_up(
        enforced,
        StringEquals={
            "saml:aud": LOGIN.recipient,
            "saml:iss": LOGIN.issuer,
            "saml:sub": "ada",
            "saml:sub_type": "persistent",
            "saml:doc": f"{ACCOUNT}/corp",
            "saml:mail": "ada@example.com",
            "sts:RoleSessionName": "ada@example.com",
        },
        **{"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": ["staff"]}},
    )
    answer = await assume(enforced, encoded(IDP.response(LOGIN, sign=sign)))
    qualifier = base64.b64encode(hashlib.sha1(f"{LOGIN.issuer}{ACCOUNT}/corp".encode()).digest()).decode()
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/staff/ada@example.com"
    told = ("Subject", "SubjectType", "Issuer", "Audience", "NameQualifier")
    assert [answer[name] for name in told] == [
        "ada",
        "persistent",
        LOGIN.issuer,
        LOGIN.recipient,
        qualifier,
    ]
    session = session_of(enforced, answer)
    assert session.expires_ms == START_MS + 3_600_000
    assert session.federation is not None
    assert session.federation.provider == PROVIDER
    assert session.federation.keys["saml:namequalifier"] == qualifier


@pytest.mark.parametrize(
    ("login", "asked", "seconds"),
    [
        (LOGIN, 7200, 7200),
        (saying(SessionDuration="1800"), None, 1800),
        (saying(SessionDuration="7200"), None, 3600),
        (saying(SessionDuration="7200"), 5400, 5400),
        (Login(NOW, ATTRIBUTES, session=timedelta(minutes=20)), None, 1200),
    ],
)
async def test_how_long_it_lasts(enforced: Driver, login: Login, asked: int | None, seconds: int) -> None:
    await set_up(enforced)
    params = {} if asked is None else {"DurationSeconds": asked}
    answer = await assume(enforced, encoded(IDP.response(login)), **params)
    assert session_of(enforced, answer).expires_ms == START_MS + seconds * 1000


async def test_tags_and_source_identity(enforced: Driver) -> None:
    await set_up(enforced, StringEquals={"aws:RequestTag/Team": "blue", "sts:SourceIdentity": "ada"})
    login = saying(
        PrincipalTag__Team="blue", PrincipalTag__Floor="3", TransitiveTagKeys=["Team"], SourceIdentity="ada"
    )
    answer = await assume(enforced, encoded(IDP.response(login)))
    session = session_of(enforced, answer)
    assert (session.session_tags, session.transitive) == ({"Team": "blue", "Floor": "3"}, ("Team",))
    assert answer["SourceIdentity"] == session.source_identity == "ada"


INVALID = "InvalidIdentityToken: "


@pytest.mark.parametrize(
    ("login", "error"),
    [
        (saying(RoleSessionName=[]), INVALID + "RoleSessionName is required in AuthnResponse"),
        (
            saying(RoleSessionName="Ada Lovelace"),
            INVALID + "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
        ),
        (
            saying(SourceIdentity="aws:ada"),
            INVALID + 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
        ),
        (saying(SessionDuration="60"), INVALID + "SessionDuration in AuthnResponse must be"),
        (saying(Role=[]), "AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML"),
        (
            saying(Role=f"{ROLE}2,{PROVIDER}"),
            "AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML",
        ),
        (
            dataclasses.replace(LOGIN, audience="https://other.example"),
            INVALID + "Response does not contain the required audience",
        ),
        (
            dataclasses.replace(LOGIN, recipient="https://signin.aws.amazon.com.example/saml"),
            INVALID + "Response does not contain the required recipient",
        ),
        (
            dataclasses.replace(LOGIN, issuer="https://other.example"),
            INVALID + "Issuer not present in specified provider",
        ),
        (
            dataclasses.replace(LOGIN, issued=NOW - timedelta(minutes=5), valid=timedelta(hours=1)),
            "ExpiredTokenException: Token must be redeemed within 5 minutes of issuance",
        ),
        (
            dataclasses.replace(LOGIN, valid=timedelta()),
            "ExpiredTokenException: Token must be redeemed within 5 minutes of issuance",
        ),
        (
            dataclasses.replace(LOGIN, not_before=timedelta(minutes=1)),
            INVALID + "The web identity token that was passed could not be validated",
        ),
        (
            dataclasses.replace(LOGIN, status="urn:oasis:names:tc:SAML:2.0:status:Responder"),
            "IDPRejectedClaim: The identity provider (IdP) reported that authentication failed.",
        ),
    ],
)
async def test_assertions_that_are_not_good(enforced: Driver, login: Login, error: str) -> None:
    await set_up(enforced)
    assert (await refused(enforced, encoded(IDP.response(login)))).startswith(error)


async def test_what_is_no_assertion_of_the_provider(enforced: Driver) -> None:
    await set_up(enforced)
    assert await refused(enforced, encoded(OTHER.response(LOGIN))) == INVALID + "Response signature invalid"
    unsigned = encoded(IDP.response(LOGIN, sign=""))
    assert await refused(enforced, unsigned) == INVALID + "Response signature invalid"
    assert await refused(enforced, "???????") == INVALID + "Invalid base64 SAMLResponse"
    assert (await refused(enforced, "PHhtbC8+")).startswith(INVALID + "Invalid SAML response")
    missing = PROVIDER.replace("corp", "none")
    good = encoded(IDP.response(LOGIN))
    assert await refused(enforced, good, PrincipalArn=missing) == INVALID + "Specified provider doesn't exist"
    assert await refused(enforced, good, PrincipalArn=ROLE) == f"ValidationError: {ROLE} is invalid"


async def test_a_role_that_does_not_trust(enforced: Driver) -> None:
    await set_up(enforced, StringEquals={"saml:sub": "grace"})
    error = "AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML"
    assert await refused(enforced, encoded(IDP.response(LOGIN))) == error
    denied = enforced.engine.part(Denials).latest()[0]
    assert (denied["user"], denied["action"]) == (PROVIDER, "sts:AssumeRoleWithSAML")


async def test_the_trail_knows_the_user(enforced: Driver) -> None:
    await set_up(enforced)
    answer = await assume(enforced, encoded(IDP.response(LOGIN)))
    looked_up = await enforced("cloudtrail", "LookupEvents", account=ACCOUNT)
    events = {each["EventName"]: json.loads(each["CloudTrailEvent"]) for each in looked_up["Events"]}
    assert events["AssumeRoleWithSAML"]["userIdentity"] == {
        "type": "SAMLUser",
        "principalId": f"{answer['NameQualifier']}:ada",
        "userName": "ada",
        "identityProvider": answer["NameQualifier"],
    }


async def test_metadata_is_read_when_it_is_given(driver: Driver) -> None:
    made = {"account": ACCOUNT, "Name": "corp"}
    with pytest.raises(AwsError, match="Could not parse metadata"):
        await driver(
            "iam", "CreateSAMLProvider", **made, SAMLMetadataDocument="<EntityDescriptor/>".ljust(1000)
        )
    with pytest.raises(AwsError, match="no private key is provided"):
        await driver(
            "iam",
            "CreateSAMLProvider",
            **made,
            SAMLMetadataDocument=IDP.metadata(),
            AssertionEncryptionMode="Required",
        )
    document = IDP.metadata(validUntil="2018-01-01T00:00:00Z")
    await driver("iam", "CreateSAMLProvider", **made, SAMLMetadataDocument=document)
    known = await driver("iam", "GetSAMLProvider", account=ACCOUNT, SAMLProviderArn=PROVIDER)
    assert known["ValidUntil"] == datetime(2018, 1, 1, tzinfo=UTC)
    with contextlib.suppress(AwsError):
        await driver(
            "iam",
            "UpdateSAMLProvider",
            account=ACCOUNT,
            SAMLProviderArn=PROVIDER,
            SAMLMetadataDocument="text".ljust(1000),
        )
    assert (await driver("iam", "GetSAMLProvider", account=ACCOUNT, SAMLProviderArn=PROVIDER)) == known
