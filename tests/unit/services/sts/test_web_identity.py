"""Roles for whom an OpenID Connect provider vouches: which tokens are good, and what their sessions are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.conftest import START_MS, Driver, driving
from tests.issuers import LocalIssuer, local_issuer

from windsock.engine.calls import Caller
from windsock.engine.denials import Denials
from windsock.engine.identities import AccessKey
from windsock.engine.rooms import Rooms
from windsock.engine.settings import EngineSettings
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.services.sts.web_issuers import may_be_asked

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
NOW = START_MS // 1000
CLIENT = "sts.amazonaws.com"
SUBJECT = "repo:octo-org/octo-repo:ref:refs/heads/main"
CLAIMS: dict[str, Any] = {"aud": CLIENT, "sub": SUBJECT, "iat": NOW, "exp": NOW + 300}


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as running:
        yield running


async def set_up(driver: Driver, issuer: LocalIssuer, **conditions: dict[str, str]) -> str:
    """The provider and the role `deployer` that trusts it under conditions; the provider's ARN."""
    made = await driver(
        "iam", "CreateOpenIDConnectProvider", account=ACCOUNT, Url=issuer.url, ClientIDList=[CLIENT]
    )
    arn: str = made["OpenIDConnectProviderArn"]
    await trust(driver, arn, **conditions)
    return arn


async def trust(driver: Driver, provider: str, **conditions: dict[str, str]) -> None:
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": actions,
        "Condition": conditions,
    }
    await driver(
        "iam",
        "CreateRole",
        account=ACCOUNT,
        RoleName="deployer",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


async def assume(driver: Driver, token: str, **params: Any) -> dict[str, Any]:
    return await driver(
        "sts",
        "AssumeRoleWithWebIdentity",
        RoleArn=ROLE,
        RoleSessionName="ci",
        WebIdentityToken=token,
        **params,
    )


async def refused(driver: Driver, token: str) -> str:
    with pytest.raises(AwsError) as caught:
        await assume(driver, token)
    return str(caught.value)


def opened(driver: Driver, answer: dict[str, Any]) -> AccessKey:
    credentials = answer["Credentials"]
    key = driver.engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    assert key is not None
    return key


async def as_session(
    driver: Driver, answer: dict[str, Any], service: str, operation: str, **params: Any
) -> Any:
    """A call with credentials that were answered."""
    key = opened(driver, answer)
    whose = key.identity
    caller = Caller(
        whose.kind, whose.account, whose.arn, key.id, user_id=whose.user_id, session=whose.session
    )
    return await driver.engine.call(
        service, operation, params, caller=caller, scope=Scope(whose.account, "us-east-1")
    )


async def test_who_has_a_token_has_the_role(enforced: Driver, issuer: LocalIssuer) -> None:
    provider = await set_up(
        enforced,
        issuer,
        StringEquals={f"{issuer.name}:aud": CLIENT, "sts:RoleSessionName": "ci"},
        StringLike={f"{issuer.name}:sub": "repo:octo-org/octo-repo:*"},
    )
    answer = await assume(enforced, issuer.token(**CLAIMS), DurationSeconds=900)
    assert {
        name: answer[name]
        for name in ("SubjectFromWebIdentityToken", "Provider", "Audience", "AssumedRoleUser")
    } == {
        "SubjectFromWebIdentityToken": SUBJECT,
        "Provider": provider,
        "Audience": CLIENT,
        "AssumedRoleUser": {
            "AssumedRoleId": opened(enforced, answer).identity.user_id,
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci",
        },
    }
    who = await as_session(enforced, answer, "sts", "GetCallerIdentity")
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci"
    session = opened(enforced, answer).identity.session
    assert session is not None
    assert session.expires_ms == START_MS + 900_000


async def test_its_calls_know_who_vouched(enforced: Driver, issuer: LocalIssuer) -> None:
    provider = await set_up(enforced, issuer)
    statement = {
        "Effect": "Allow",
        "Action": "sns:ListTopics",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:FederatedProvider": provider, f"{issuer.name}:sub": SUBJECT},
        },
    }
    await enforced(
        "iam",
        "PutRolePolicy",
        account=ACCOUNT,
        RoleName="deployer",
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    answer = await assume(enforced, issuer.token(**CLAIMS))
    assert (await as_session(enforced, answer, "sns", "ListTopics"))["Topics"] == []
    other = await assume(enforced, issuer.token(**CLAIMS | {"sub": "repo:other"}))
    with pytest.raises(AwsError, match="is not authorized to perform"):
        await as_session(enforced, other, "sns", "ListTopics")


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "ES256", "ES384"])
async def test_signatures_that_count(enforced: Driver, issuer: LocalIssuer, algorithm: str) -> None:
    await set_up(enforced, issuer)
    curves = {"ES256": "P-256", "ES384": "P-384"}
    if algorithm in curves:
        issuer.new_key("curve", curves[algorithm])
    assert await assume(enforced, issuer.token(algorithm, **CLAIMS))


async def test_a_local_issuer_may_call_itself_http(enforced: Driver, issuer: LocalIssuer) -> None:
    await set_up(enforced, issuer)
    assert await assume(enforced, issuer.token(issuer=issuer.address, **CLAIMS))


INVALID = "InvalidIdentityToken: The web identity token that was passed could not be validated by AWS."


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"aud": "somebody"}, "InvalidIdentityToken: Incorrect token audience"),
        ({"aud": ["a", "b"]}, "InvalidIdentityToken: Incorrect token audience"),
        ({"azp": "somebody"}, "InvalidIdentityToken: Incorrect token audience"),
        ({"aud": None}, "InvalidIdentityToken: Missing a required claim: aud"),
        ({"sub": None}, "InvalidIdentityToken: Missing a required claim: sub"),
        ({"exp": None}, "InvalidIdentityToken: Missing a required claim: exp"),
        (
            {"exp": NOW},
            f"ExpiredTokenException: Token expired: current date/time {NOW} must be before the expiration "
            f"date/time {NOW}",
        ),
        ({"nbf": NOW + 1}, INVALID),
        (
            {"https://aws.amazon.com/source_identity": "a b"},
            "InvalidIdentityToken: Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "
            '"aws:"',
        ),
        (
            {"iss": "https://other.example"},
            "InvalidIdentityToken: No OpenIDConnect provider found in your account for https://other.example",
        ),
        (
            {"iss": "https://accounts.google.com"},
            "NotImplemented: windsock does not verify the tokens of https://accounts.google.com yet.",
        ),
    ],
)
async def test_claims_that_are_not_good(
    enforced: Driver, issuer: LocalIssuer, claims: dict[str, Any], error: str
) -> None:
    await set_up(enforced, issuer)
    told = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    told.setdefault("iss", issuer.url)
    token = issuer.token(**{name: value for name, value in told.items() if name != "iss"}, issuer=told["iss"])
    assert (await refused(enforced, token)).startswith(error)


async def test_the_authorised_party_is_the_audience(enforced: Driver, issuer: LocalIssuer) -> None:
    condition = {f"{issuer.name}:aud": CLIENT, f"{issuer.name}:oaud": "api"}
    await set_up(enforced, issuer, StringEquals=condition)
    answer = await assume(enforced, issuer.token(**CLAIMS | {"aud": "api", "azp": CLIENT}))
    assert answer["Audience"] == CLIENT


async def test_what_others_signed_is_refused(enforced: Driver, issuer: LocalIssuer) -> None:
    await set_up(enforced, issuer)
    good = issuer.token(**CLAIMS)
    issuer.keys.append(RSAKey.generate_key(2048, {"kid": "first"}))
    assert (await refused(enforced, issuer.token(**CLAIMS))).startswith(INVALID)
    head, claims, signature = good.split(".")
    assert (await refused(enforced, f"{head}.{claims}.{signature[:-8]}AAAAAAAA")).startswith(INVALID)
    none = "eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QifQ"
    assert (await refused(enforced, f"{none}.{claims}.")).startswith(INVALID)
    symmetric = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImZpcnN0In0"
    assert (await refused(enforced, f"{symmetric}.{claims}.{signature}")).startswith(INVALID)


async def test_keys_are_remembered_and_asked_for_again(enforced: Driver, issuer: LocalIssuer) -> None:
    await set_up(enforced, issuer)
    for _ in range(3):
        await assume(enforced, issuer.token(**CLAIMS))
    assert len(issuer.asked) == 2
    issuer.new_key("second")
    await enforced.advance(10)
    await assume(enforced, issuer.token(**CLAIMS))
    assert len(issuer.asked) == 4
    issuer.keys.append(RSAKey.generate_key(2048, {"kid": "nobody's"}))
    for _ in range(3):
        assert "Couldn't retrieve verification key" in await refused(enforced, issuer.token(**CLAIMS))
    assert len(issuer.asked) == 4
    await enforced.advance(3600)
    issuer.keys.pop()
    await assume(enforced, issuer.token(**CLAIMS | {"exp": NOW + 7200}))
    assert len(issuer.asked) == 6


@pytest.mark.parametrize(
    ("path", "status", "body", "error"),
    [
        ("/.well-known/openid-configuration", 404, b"{}", "InvalidIdentityToken: Couldn't retrieve"),
        ("/.well-known/openid-configuration", 503, b"{}", "IDPCommunicationError: The identity provider"),
        ("/.well-known/openid-configuration", 200, b"<html>", "InvalidIdentityToken: Couldn't retrieve"),
        (
            "/.well-known/openid-configuration",
            200,
            b'{"jwks_uri": "http://keys.example/"}',
            "InvalidIdentityToken: Couldn't retrieve",
        ),
        ("/keys", 200, b'{"keys": 7}', "InvalidIdentityToken: Couldn't retrieve"),
        ("/keys", 200, b'{"keys": [{"kty": "RSA"}, 7]}', "InvalidIdentityToken: Couldn't retrieve"),
        ("/keys", 200, b" " * 262_145, "InvalidIdentityToken: Couldn't retrieve"),
    ],
)
async def test_issuers_that_tell_no_keys(
    enforced: Driver, issuer: LocalIssuer, path: str, status: int, body: bytes, error: str
) -> None:
    await set_up(enforced, issuer)
    issuer.answers[path] = (status, body)
    assert (await refused(enforced, issuer.token(**CLAIMS))).startswith(error)


async def test_an_issuer_that_is_gone(enforced: Driver) -> None:
    with local_issuer() as issuer:
        await set_up(enforced, issuer)
        token = issuer.token(**CLAIMS)
    assert (await refused(enforced, token)).startswith("IDPCommunicationError: ")


@pytest.mark.parametrize(
    ("tags", "session_tags"),
    [
        (
            {
                "https://aws.amazon.com/tags": {
                    "principal_tags": {"Team": ["blue"], "Floor": ["3"]},
                    "transitive_tag_keys": ["Team"],
                }
            },
            {"Team": "blue", "Floor": "3"},
        ),
        (
            {
                "https://aws.amazon.com/tags/principal_tags/Team": ["blue"],
                "https://aws.amazon.com/tags/transitive_tag_keys": ["Team"],
            },
            {"Team": "blue"},
        ),
    ],
)
async def test_tags_and_source_identity(
    enforced: Driver, issuer: LocalIssuer, tags: dict[str, Any], session_tags: dict[str, str]
) -> None:
    condition = {"aws:RequestTag/Team": "blue", "sts:SourceIdentity": "ada"}
    await set_up(enforced, issuer, StringEquals=condition)
    claims = {**CLAIMS, **tags, "https://aws.amazon.com/source_identity": "ada"}
    answer = await assume(enforced, issuer.token(**claims))
    assert (answer["SourceIdentity"], answer["PackedPolicySize"] > 0) == ("ada", True)
    session = opened(enforced, answer).identity.session
    assert session is not None
    assert (session.session_tags, session.transitive) == (session_tags, ("Team",))
    assert session.source_identity == "ada"


async def test_a_role_that_does_not_trust(enforced: Driver, issuer: LocalIssuer) -> None:
    provider = await set_up(enforced, issuer, StringEquals={f"{issuer.name}:sub": "somebody"})
    error = "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
    assert await refused(enforced, issuer.token(**CLAIMS)) == error
    denied = enforced.engine.part(Denials).latest()[0]
    assert (denied["user"], denied["resource"]) == (provider, ROLE)
    assert denied["reason"] == (
        "because no role trust policy allows the sts:AssumeRoleWithWebIdentity action"
    )
    await enforced("iam", "DeleteRole", account=ACCOUNT, RoleName="deployer")
    assert await refused(enforced, issuer.token(**CLAIMS)) == error


async def test_an_audit_notes_it(driver: Driver, issuer: LocalIssuer) -> None:
    await set_up(driver, issuer, StringEquals={f"{issuer.name}:sub": "somebody"})
    assert await assume(driver, issuer.token(**CLAIMS))
    [denied] = driver.engine.part(Denials).latest()
    assert denied["action"] == "sts:AssumeRoleWithWebIdentity"


async def test_the_trail_knows_the_user(enforced: Driver, issuer: LocalIssuer) -> None:
    provider = await set_up(enforced, issuer)
    answer = await assume(enforced, issuer.token(**CLAIMS))
    await as_session(enforced, answer, "sts", "GetCallerIdentity")
    looked_up = await enforced("cloudtrail", "LookupEvents", account=ACCOUNT)
    events = {each["EventName"]: json.loads(each["CloudTrailEvent"]) for each in looked_up["Events"]}
    told = events["AssumeRoleWithWebIdentity"]
    assert told["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": f"{provider}:{CLIENT}:{SUBJECT}",
        "userName": SUBJECT,
        "identityProvider": provider,
    }
    assert told["requestParameters"]["webIdentityToken"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert events["GetCallerIdentity"]["userIdentity"]["sessionContext"]["webIdFederationData"] == {
        "federatedProvider": provider,
        "attributes": {f"{issuer.name}:aud": CLIENT, f"{issuer.name}:sub": SUBJECT},
    }


async def test_an_issuer_asked_elsewhere_keeps_its_name(
    rooms: Rooms, empty_database: Path, tmp_path: Path, issuer: LocalIssuer
) -> None:
    """What a person sets to test the trust of GitHub Actions, policy and all, on a laptop."""
    github = "token.actions.githubusercontent.com"
    settings = EngineSettings(iam="enforce", issuers={github: issuer.address})
    async with driving(rooms, empty_database, tmp_path, settings) as driver:
        made = await driver(
            "iam",
            "CreateOpenIDConnectProvider",
            account=ACCOUNT,
            Url=f"https://{github}",
            ClientIDList=[CLIENT],
        )
        condition = {f"{github}:sub": SUBJECT, f"{github}:actor": "octocat"}
        await trust(driver, made["OpenIDConnectProviderArn"], StringEquals=condition)
        token = issuer.token(issuer=f"https://{github}", actor="octocat", **CLAIMS)
        assert (await assume(driver, token))["Provider"] == made["OpenIDConnectProviderArn"]


async def test_access_tokens_of_old_providers(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await assume(driver, "token", ProviderId="graph.facebook.com")
    assert str(caught.value) == (
        "NotImplemented: windsock does not verify the access tokens of graph.facebook.com yet."
    )


async def test_what_is_no_token(driver: Driver) -> None:
    for token in ("no-token", "a.b.c", "e30.W10.c2ln"):
        assert "The ID Token provided is not a valid JWT" in await refused(driver, token)


@pytest.mark.parametrize(
    ("where", "address", "asked"),
    [
        ("https://keys.example/", "https://issuer.example", True),
        ("http://issuer.example/keys", "http://issuer.example", True),
        ("http://localhost:1/keys", "http://127.0.0.1:2", True),
        ("http://localhost:1/keys", "https://issuer.example", False),
        ("http://issuer.example/keys", "https://issuer.example", False),
        ("file:///keys", "https://issuer.example", False),
    ],
)
def test_where_keys_may_be(where: str, address: str, asked: bool) -> None:
    assert may_be_asked(where, address) == asked
