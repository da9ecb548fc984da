"""Sessions: who is who in them, how long they last, what they carry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.conftest import START_MS, Driver

from windsock.engine.calls import Caller
from windsock.engine.identities import AccessKey, Session
from windsock.kernel.clock import to_ms
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ops/worker"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def opened(driver: Driver, credentials: Mapping[str, Any]) -> AccessKey:
    """The key of credentials that were issued."""
    key = driver.engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    assert key is not None
    assert key.secret == credentials["SecretAccessKey"]
    return key


def session_of(driver: Driver, credentials: Mapping[str, Any]) -> Session:
    """The session of credentials that were issued."""
    session = opened(driver, credentials).identity.session
    assert session is not None
    return session


async def call_with(driver: Driver, credentials: Mapping[str, Any], operation: str, **params: Any) -> Any:
    """Call STS with credentials, as the gateway would."""
    known = driver.engine.identities.access_key(credentials["AccessKeyId"], credentials.get("SessionToken"))
    assert known is not None
    whose = known.identity
    caller = Caller(
        whose.kind, whose.account, whose.arn, known.id, user_id=whose.user_id, session=whose.session
    )
    scope = Scope(whose.account, "us-east-1")
    return await driver.engine.call("sts", operation, params, caller=caller, scope=scope)


async def make_role(driver: Driver, **params: Any) -> str:
    """The role `worker`; its unique id."""
    answer = await driver(
        "iam",
        "CreateRole",
        account=ACCOUNT,
        RoleName="worker",
        Path="/ops/",
        AssumeRolePolicyDocument=TRUST,
        **params,
    )
    role_id: str = answer["Role"]["RoleId"]
    return role_id


async def assume(driver: Driver, **params: Any) -> dict[str, Any]:
    """AssumeRole of `worker` as somebody who only names the account."""
    return await driver("sts", "AssumeRole", account=ACCOUNT, RoleArn=ROLE, RoleSessionName="me", **params)


async def make_key(driver: Driver, user: str | None) -> dict[str, Any]:
    """A key of a new user, or of the root."""
    if user is None:
        answer = await driver("iam", "CreateAccessKey", account=ACCOUNT)
    else:
        await driver("iam", "CreateUser", account=ACCOUNT, UserName=user)
        answer = await driver("iam", "CreateAccessKey", account=ACCOUNT, UserName=user)
    key: dict[str, Any] = answer["AccessKey"]
    return key


async def test_an_assumed_role_is_who_it_is(driver: Driver) -> None:
    role_id = await make_role(driver)
    answer = await assume(driver)
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/me"
    assert answer["AssumedRoleUser"] == {"AssumedRoleId": f"{role_id}:me", "Arn": arn}
    assert "PackedPolicySize" not in answer
    who = await call_with(driver, answer["Credentials"], "GetCallerIdentity")
    assert who == {"UserId": f"{role_id}:me", "Account": ACCOUNT, "Arn": arn}
    session = session_of(driver, answer["Credentials"])
    assert (session.issuer, session.issuer_id) == (ROLE, role_id)
    assert session.expires_ms == START_MS + 3_600_000 == to_ms(answer["Credentials"]["Expiration"])


async def test_keys_are_their_users_and_the_root(driver: Driver) -> None:
    key = await make_key(driver, "ada")
    who = await call_with(driver, key, "GetCallerIdentity")
    assert who["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ada"
    assert who["UserId"].startswith("AIDA")
    root = await call_with(driver, await make_key(driver, None), "GetCallerIdentity")
    assert root == {"UserId": ACCOUNT, "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root"}
    owner = await driver("sts", "GetAccessKeyInfo", account="999999999999", AccessKeyId=key["AccessKeyId"])
    assert owner == {"Account": ACCOUNT}


async def test_a_renamed_user_is_known_by_the_new_name_at_once(driver: Driver) -> None:
    key = await make_key(driver, "ada")
    await call_with(driver, key, "GetCallerIdentity")
    await driver("iam", "UpdateUser", account=ACCOUNT, UserName="ada", NewUserName="grace")
    who = await call_with(driver, key, "GetCallerIdentity")
    assert who["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/grace"


async def test_a_role_that_is_not_there_has_sessions_too(driver: Driver) -> None:
    """Authorisation refuses them; where everybody is let through they may be used."""
    first, second = await assume(driver), await assume(driver)
    assert first["AssumedRoleUser"] == second["AssumedRoleUser"]
    assert driver.engine.identities.principal(ROLE) is None


@pytest.mark.parametrize(
    "arn",
    [
        "nothing-valid-in-here",
        "arn::b:::something/test-role",
        "arn:a::::something/test-role",
        "arn:a:::something/test-role",
        "arn:a:a::aaaaaaaaaa:aa",
        f"arn:aws:iam::{ACCOUNT}:user/ada",
    ],
)
async def test_what_is_no_role(driver: Driver, arn: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("sts", "AssumeRole", RoleArn=arn, RoleSessionName="me")
    assert str(caught.value) == f"ValidationError: {arn} is invalid"


@pytest.mark.parametrize(
    ("name", "constraint"),
    [
        ("Session1:2", r"Member must satisfy regular expression pattern: [\w+=,.@-]*"),
        ("s" * 65, "Member must have length less than or equal to 64"),
    ],
)
async def test_session_names(driver: Driver, name: str, constraint: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("sts", "AssumeRole", RoleArn=ROLE, RoleSessionName=name)
    assert caught.value.code == "ValidationError"
    assert caught.value.message == (
        f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint: "
        + constraint
    )


async def test_how_long_a_session_of_a_role_lasts(driver: Driver) -> None:
    await make_role(driver, MaxSessionDuration=7200)
    answer = await assume(driver, DurationSeconds=7200)
    assert session_of(driver, answer["Credentials"]).expires_ms == START_MS + 7_200_000
    with pytest.raises(AwsError, match="exceeds the MaxSessionDuration set for this role"):
        await assume(driver, DurationSeconds=7201)
    chained = {"RoleArn": ROLE, "RoleSessionName": "you"}
    with pytest.raises(AwsError, match="exceeds the 1 hour session limit for roles assumed by role chaining"):
        await call_with(driver, answer["Credentials"], "AssumeRole", **chained, DurationSeconds=3601)
    await call_with(driver, answer["Credentials"], "AssumeRole", **chained, DurationSeconds=3600)


async def test_a_root_key_assumes_no_role(driver: Driver) -> None:
    key = await make_key(driver, None)
    with pytest.raises(AwsError, match="Roles may not be assumed by root accounts"):
        await call_with(driver, key, "AssumeRole", RoleArn=ROLE, RoleSessionName="me")


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


async def test_transitive_tags_and_the_source_identity_pass_on(driver: Driver) -> None:
    await make_role(driver)
    first = await assume(
        driver,
        Tags=tags(Team="blue", Floor="3"),
        TransitiveTagKeys=["team"],
        SourceIdentity="ada",
    )
    assert first["SourceIdentity"] == "ada"
    assert first["PackedPolicySize"] > 0
    session = session_of(driver, first["Credentials"])
    assert (session.session_tags, session.transitive) == ({"Team": "blue", "Floor": "3"}, ("Team",))
    again = {"RoleArn": ROLE, "RoleSessionName": "you"}
    second = await call_with(driver, first["Credentials"], "AssumeRole", **again, Tags=tags(Room="1"))
    session = session_of(driver, second["Credentials"])
    assert (session.session_tags, session.transitive) == ({"Team": "blue", "Room": "1"}, ("Team",))
    assert session.source_identity == "ada"
    with pytest.raises(AwsError, match="conflicts with a transitive tag key from the calling session"):
        await call_with(driver, first["Credentials"], "AssumeRole", **again, Tags=tags(TEAM="red"))
    with pytest.raises(AwsError, match="source identity"):
        await call_with(driver, first["Credentials"], "AssumeRole", **again, SourceIdentity="grace")


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"Tags": tags(a="1"), "TransitiveTagKeys": ["b"]},
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags.",
        ),
        (
            {"Tags": tags(name="1", NAME="2")},
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        ({"Policy": "{}"}, "MalformedPolicyDocument", "Syntax errors in policy."),
        (
            {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/NoSuchPolicy"}]},
            "ValidationError",
            "arn:aws:iam::aws:policy/NoSuchPolicy is invalid",
        ),
    ],
)
async def test_session_limits_that_cannot_be(
    driver: Driver, params: dict[str, Any], code: str, message: str
) -> None:
    await make_role(driver)
    with pytest.raises(AwsError) as caught:
        await assume(driver, **params)
    assert (caught.value.code, caught.value.message) == (code, message)


async def test_session_policies_are_in_the_session(driver: Driver) -> None:
    await make_role(driver)
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    answer = await assume(driver, Policy=policy, PolicyArns=[{"arn": arn}])
    session = session_of(driver, answer["Credentials"])
    assert (session.policies, session.policy_arns) == ((policy,), (arn,))


async def test_get_session_token(driver: Driver) -> None:
    key = await make_key(driver, "ada")
    answer = await call_with(driver, key, "GetSessionToken")
    who = await call_with(driver, answer["Credentials"], "GetCallerIdentity")
    assert who["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ada"
    assert session_of(driver, answer["Credentials"]).expires_ms == START_MS + 43_200_000
    with pytest.raises(AwsError, match="Cannot call GetSessionToken with session credentials"):
        await call_with(driver, answer["Credentials"], "GetSessionToken")


async def test_get_federation_token(driver: Driver) -> None:
    key = await make_key(driver, "ada")
    answer = await call_with(driver, key, "GetFederationToken", Name="guest")
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/guest"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{ACCOUNT}:guest", "Arn": arn}
    assert answer["PackedPolicySize"] == 0
    who = await call_with(driver, answer["Credentials"], "GetCallerIdentity")
    assert who == {"UserId": f"{ACCOUNT}:guest", "Account": ACCOUNT, "Arn": arn}
    assert session_of(driver, answer["Credentials"]).issuer == f"arn:aws:iam::{ACCOUNT}:user/ada"
