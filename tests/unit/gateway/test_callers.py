"""From credentials to callers: keys that were issued here, and everything else."""

from __future__ import annotations

from tests.conftest import Driver

from windsock.engine.calls import Caller
from windsock.gateway.callers import caller_of
from windsock.gateway.credentials import Credentials, account_of
from windsock.kernel.access_keys import LONG_TERM, TEMPORARY, new_access_key

ACCOUNT = "111122223333"


def caller(driver: Driver, key: str | None, token: str | None = None, region: str = "us-east-1") -> Caller:
    credentials = Credentials(access_key=key, account=account_of(key), region=region, security_token=token)
    return caller_of(driver.engine, credentials, "sqs", source_ip="192.0.2.1", user_agent="test")


def test_what_only_names_an_account(driver: Driver) -> None:
    named = caller(driver, ACCOUNT)
    assert (named.kind, named.principal, named.user_id) == (
        "account", f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT,
    )  # fmt: skip
    assert (named.source_ip, named.user_agent) == ("192.0.2.1", "test")
    for key in (None, "test", "AKIAIOSFODNN7EXAMPLE"):
        assert caller(driver, key).account == "000000000000"
    assert caller(driver, ACCOUNT, region="cn-north-1").principal == f"arn:aws-cn:iam::{ACCOUNT}:root"


def test_a_key_of_somebody_elses_is_the_default_account(driver: Driver) -> None:
    """A key of AWS's own says its account too; that is no reason to act in an account of that number."""
    assert caller(driver, new_access_key(LONG_TERM, ACCOUNT)).account == "000000000000"
    assert caller(driver, new_access_key(TEMPORARY, ACCOUNT), "token").account == "000000000000"


async def test_a_session_is_known_with_its_own_token_alone(driver: Driver) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    answer = await driver("sts", "AssumeRole", account=ACCOUNT, RoleArn=role, RoleSessionName="me")
    key, token = answer["Credentials"]["AccessKeyId"], answer["Credentials"]["SessionToken"]
    known = caller(driver, key, token)
    assert (known.kind, known.account, known.access_key) == ("role", ACCOUNT, key)
    assert known.principal == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/me"
    assert known.session is not None
    assert known.session.issuer == role
    assert caller(driver, key).kind == "account"
    assert caller(driver, key, token[:-4]).kind == "account"
