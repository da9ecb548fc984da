"""Functions run as their role, with credentials that are renewed before they end."""

from __future__ import annotations

from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ACCOUNT, ScriptedRunner, invoke, make_function

from windsock.engine.identities import AccessKey


def key_of(driver: Driver, runner: ScriptedRunner) -> AccessKey:
    """The key in the environment of the latest run."""
    code, _ = runner.runs[-1]
    reserved = code.reserved
    key = driver.engine.identities.access_key(reserved["AWS_ACCESS_KEY_ID"], reserved["AWS_SESSION_TOKEN"])
    assert key is not None
    assert key.secret == reserved["AWS_SECRET_ACCESS_KEY"]
    return key


async def test_a_function_is_its_role(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver, Role=f"arn:aws:iam::{ACCOUNT}:role/service-role/worker")
    await invoke(driver)
    identity = key_of(driver, runner).identity
    assert identity.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/work"
    assert identity.session is not None
    assert identity.session.issuer == f"arn:aws:iam::{ACCOUNT}:role/service-role/worker"


async def test_a_role_with_another_account_is_the_own_one(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver, Role="arn:aws:iam::999999999999:role/worker")
    await invoke(driver)
    assert key_of(driver, runner).identity.account == ACCOUNT


async def test_credentials_are_kept_until_they_are_nearly_over(
    driver: Driver, runner: ScriptedRunner
) -> None:
    await make_function(driver)
    await invoke(driver)
    first = key_of(driver, runner)
    await driver.advance(10.9 * 3600)
    await invoke(driver)
    assert key_of(driver, runner) == first
    await driver.advance(0.2 * 3600)
    await invoke(driver)
    assert key_of(driver, runner).id != first.id
    await driver("lambda", "DeleteFunction", FunctionName="work")
    assert len({code.key for code, _ in runner.runs}) == 2
    assert runner.retired[0] == runner.runs[0][0].key
