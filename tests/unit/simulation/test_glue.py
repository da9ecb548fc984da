"""Job runs: their role reads the script, and they go on across a restart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine, events

from windsock.engine.settings import EngineSettings

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/etl"


async def make_job(driver: Driver) -> None:
    """A job and its script."""
    await driver("s3", "CreateBucket", account=ACCOUNT, Bucket="scripts")
    await driver("s3", "PutObject", account=ACCOUNT, Bucket="scripts", Key="etl.py", Body=b"")
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/etl.py"}
    await driver("glue", "CreateJob", account=ACCOUNT, Name="nightly", Role=ROLE, Command=command)


async def make_role(driver: Driver, service: str, action: str) -> None:
    """The job's role, which a service may take to do something with the script."""
    trust = policy(Principal={"Service": service}, Action="sts:AssumeRole")
    reads = policy(Action=action, Resource="arn:aws:s3:::scripts/*")
    role = {"account": ACCOUNT, "RoleName": "etl"}
    await driver("iam", "CreateRole", **role, AssumeRolePolicyDocument=trust)
    await driver("iam", "PutRolePolicy", **role, PolicyName="scripts", PolicyDocument=reads)


def policy(**statement: Any) -> str:
    """A document of one statement that allows something."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def ended(driver: Driver) -> list[dict[str, Any]]:
    """What was announced of runs."""
    told = events(driver, ACCOUNT)
    return [each["detail"] for each in told if each["detail-type"] == "Glue Job State Change"]


@pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])
@pytest.mark.parametrize(
    ("service", "action", "state"),
    [
        ("glue.amazonaws.com", "s3:GetObject", "SUCCEEDED"),
        ("glue.amazonaws.com", "s3:PutObject", "FAILED"),
        ("lambda.amazonaws.com", "s3:GetObject", "FAILED"),
    ],
)
async def test_a_run_needs_a_role_that_may_read_its_script(
    machine: Machine, service: str, action: str, state: str
) -> None:
    driver = machine.driver
    await make_job(driver)
    await make_role(driver, service, action)
    await driver("glue", "StartJobRun", account=ACCOUNT, JobName="nightly")
    await driver.advance(60)
    assert [each["state"] for each in ended(driver)] == [state]


async def test_a_run_goes_on_across_restarts(machine: Machine) -> None:
    await make_job(machine.driver)
    run = (await machine.driver("glue", "StartJobRun", account=ACCOUNT, JobName="nightly"))["JobRunId"]
    await machine.restart()  # while it starts
    await machine.driver.advance(10)
    await machine.restart()  # while it runs
    await machine.driver.advance(60)
    found = await machine.driver("glue", "GetJobRun", account=ACCOUNT, JobName="nightly", RunId=run)
    assert (found["JobRun"]["JobRunState"], found["JobRun"]["ExecutionTime"]) == ("SUCCEEDED", 35)
    assert [each["jobRunId"] for each in ended(machine.driver)] == [run]
