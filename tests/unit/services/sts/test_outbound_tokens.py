"""Tokens by which services outside know an account's users and roles."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.conftest import START_MS, Driver
from tests.organizations import ONE, founded, root_of

from windsock.engine.access import needs_of
from windsock.engine.calls import Call, Caller
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope

NOW = START_MS // 1000
CLAIMS = "https://sts.amazonaws.com/"


async def enabled(driver: Driver) -> str:
    """The URL of the account's issuer."""
    answer = await driver("iam", "EnableOutboundWebIdentityFederation", account=ONE)
    return str(answer["IssuerIdentifier"])


async def asked(driver: Driver, caller: Caller, **params: Any) -> dict[str, Any]:
    wanted = {"Audience": ["https://api.example"], "SigningAlgorithm": "ES384", **params}
    scope = Scope(ONE, "eu-west-1")
    answer = await driver.engine.call("sts", "GetWebIdentityToken", wanted, caller=caller, scope=scope)
    return answer or {}


async def claims(driver: Driver, token: str, algorithm: str) -> dict[str, Any]:
    """What a token says, once its signature holds by the keys that its issuer publishes."""
    issuer = (await driver("iam", "GetOutboundWebIdentityFederationInfo", account=ONE))["IssuerIdentifier"]
    published = await driver("iam", "GetPublishedKeys", Issuer=issuer.rpartition("/")[2])
    assert published["Url"] == issuer
    assert not any("d" in key for key in published["Keys"])
    keys = KeySet.import_key_set({"keys": published["Keys"]})
    found: dict[str, Any] = jwt.decode(token, keys, algorithms=[algorithm]).claims
    return found


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
async def test_a_users_token(driver: Driver, algorithm: str) -> None:
    organization = await founded(driver, ONE)
    issuer = await enabled(driver)
    tags = [{"Key": "team", "Value": "blue"}]
    made = (await driver("iam", "CreateUser", account=ONE, UserName="ada", Tags=tags))["User"]
    ada = Caller("user", ONE, made["Arn"], user_id=made["UserId"])
    request_tags = [{"Key": "job", "Value": "7"}]
    answer = await asked(driver, ada, SigningAlgorithm=algorithm, DurationSeconds=60, Tags=request_tags)
    assert answer["Expiration"] == to_datetime(START_MS + 60_000)
    told = await claims(driver, answer["WebIdentityToken"], algorithm)
    assert told.pop("jti")
    assert told == {
        "iss": issuer,
        "aud": "https://api.example",
        "sub": made["Arn"],
        "iat": NOW,
        "exp": NOW + 60,
        CLAIMS: {
            "aws_account": ONE,
            "source_region": "eu-west-1",
            "org_id": organization["Id"],
            "ou_path": f"{organization['Id']}/{await root_of(driver)}/",
            "principal_tags": {"team": "blue"},
            "request_tags": {"job": "7"},
        },
    }


async def test_a_session_is_its_role_and_is_not_outlived(driver: Driver) -> None:
    await enabled(driver)
    trust = {"Effect": "Allow", "Principal": {"AWS": ONE}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = await driver("iam", "CreateRole", account=ONE, RoleName="r", AssumeRolePolicyDocument=document)
    arn = role["Role"]["Arn"]
    given = await driver(
        "sts", "AssumeRole", account=ONE, RoleArn=arn, RoleSessionName="me", DurationSeconds=900
    )
    credentials = given["Credentials"]
    key = driver.engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    assert key is not None
    whose = key.identity
    session = Caller("role", ONE, whose.arn, key.id, user_id=whose.user_id, session=whose.session)
    audiences = ["https://a.example", "https://b.example"]
    answer = await asked(driver, session, Audience=audiences)
    told = await claims(driver, answer["WebIdentityToken"], "ES384")
    assert (told["sub"], told["aud"], told["exp"]) == (arn, audiences, NOW + 300)
    with pytest.raises(AwsError) as caught:
        await asked(driver, session, DurationSeconds=901)
    assert caught.value.code == "SessionDurationEscalationException"


async def test_it_is_enabled_and_disabled(driver: Driver) -> None:
    root = Caller.root(ONE)
    with pytest.raises(AwsError) as caught:
        await asked(driver, root)
    assert caught.value.code == "OutboundWebIdentityFederationDisabledException"
    issuer = await enabled(driver)
    with pytest.raises(AwsError) as caught:
        await enabled(driver)
    assert caught.value.code == "FeatureEnabled"
    assert await asked(driver, root)
    await driver("iam", "DisableOutboundWebIdentityFederation", account=ONE)
    for operation in ("DisableOutboundWebIdentityFederation", "GetOutboundWebIdentityFederationInfo"):
        with pytest.raises(AwsError) as caught:
            await driver("iam", operation, account=ONE)
        assert caught.value.code == "FeatureDisabled"
    assert await enabled(driver) == issuer


def test_what_it_needs() -> None:
    params = {"Audience": ["a"], "SigningAlgorithm": "RS256", "Tags": [{"Key": "k", "Value": "v"}]}
    call = Call("sts", "GetWebIdentityToken", params, Caller.root(ONE), Scope(ONE, "us-east-1"), "r")
    needs = needs_of(call)
    assert [need.action for need in needs] == ["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]
    assert needs[0].context["sts:IdentityTokenAudience"] == "a"
