"""Sessions of members' roots: who may begin them, and what they may do."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from tests.conftest import START_MS, Driver
from tests.organizations import MANAGEMENT, ONE, OTHER, OUTSIDE, call, founded

from windsock.engine.calls import Caller
from windsock.kernel.clock import to_ms
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope

TASK = "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy"
SERVICE = "iam.amazonaws.com"


async def manager(driver: Driver, account: str, resource: str) -> Caller:
    """A user who may begin sessions of some roots."""
    made = (await driver("iam", "CreateUser", account=account, UserName="ada"))["User"]
    allow = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoot",
        "Resource": resource,
        "Condition": {"StringEquals": {"sts:TaskPolicyArn": TASK}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    user = {"UserName": "ada", "PolicyName": "p", "PolicyDocument": document}
    await driver("iam", "PutUserPolicy", account=account, **user)
    return Caller("user", account, made["Arn"], user_id=made["UserId"])


async def enabled(driver: Driver) -> None:
    await call(driver, "EnableAWSServiceAccess", ServicePrincipal=SERVICE)
    await driver("iam", "EnableOrganizationsRootSessions", account=MANAGEMENT)


async def begin(driver: Driver, caller: Caller, target: str = ONE, task: str = TASK) -> dict[str, Any]:
    params = {"TargetPrincipal": target, "TaskPolicyArn": {"arn": task}}
    scope = Scope(caller.account, "us-east-1")
    answer = await driver.engine.call("sts", "AssumeRoot", params, caller=caller, scope=scope)
    return answer or {}


async def test_a_session_may_do_its_task(enforced: Driver) -> None:
    await founded(enforced, ONE, OTHER)
    await enabled(enforced)
    await enforced("sqs", "CreateQueue", account=ONE, QueueName="locked")
    ada = await manager(enforced, MANAGEMENT, f"arn:aws:iam::{ONE}:root")
    credentials = (await begin(enforced, ada))["Credentials"]
    assert to_ms(credentials["Expiration"]) == START_MS + 900_000
    key = enforced.engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    assert key is not None
    whose = key.identity
    root = Caller(whose.kind, whose.account, whose.arn, key.id, user_id=whose.user_id, session=whose.session)
    assert (root.kind, root.principal) == ("account", f"arn:aws:iam::{ONE}:root")

    async def ask(service: str, operation: str, **params: Any) -> None:
        scope = Scope(ONE, "us-east-1")
        await enforced.engine.call(service, operation, params, caller=root, scope=scope)

    await ask("sqs", "SetQueueAttributes", QueueUrl=f"/{ONE}/locked", Attributes={"Policy": ""})
    with pytest.raises(AwsError, match="with an explicit deny in a session policy"):
        await ask("sns", "ListTopics")
    for target, task in ((OTHER, TASK), (ONE, TASK.replace("SQSUnlockQueue", "S3UnlockBucket"))):
        with pytest.raises(AwsError, match="because no identity-based policy allows"):
            await begin(enforced, ada, target, task)


async def test_who_may_not(driver: Driver) -> None:
    await founded(driver, ONE, OTHER)
    ada = await manager(driver, MANAGEMENT, "*")
    bob = await manager(driver, OTHER, "*")

    async def refused(caller: Caller, target: str = ONE) -> bool:
        with contextlib.suppress(AwsError):
            return not await begin(driver, caller, target)
        return True

    assert await refused(ada)
    await enabled(driver)
    assert not await refused(ada)
    assert not await refused(ada, f"arn:aws:iam::{ONE}:root")
    assert await refused(ada, MANAGEMENT)
    assert await refused(ada, OUTSIDE)
    assert await refused(bob)
    await call(driver, "RegisterDelegatedAdministrator", AccountId=OTHER, ServicePrincipal=SERVICE)
    assert not await refused(bob)
    for target, task in (("nobody", TASK), (ONE, "arn:aws:iam::aws:policy/AdministratorAccess")):
        with pytest.raises(AwsError, match="ValidationError"):
            await begin(driver, ada, target, task)


async def test_the_features(driver: Driver) -> None:
    async def features(operation: str, account: str = MANAGEMENT) -> Any:
        try:
            return (await driver("iam", operation, account=account))["EnabledFeatures"]
        except AwsError as error:
            return error.code

    enable, sessions = "EnableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions"
    assert await features(enable) == "OrganizationNotFoundException"
    await founded(driver, ONE)
    assert await features(enable) == "ServiceAccessNotEnabledException"
    await call(driver, "EnableAWSServiceAccess", ServicePrincipal=SERVICE)
    assert await features(enable, ONE) == "AccountNotManagementOrDelegatedAdministratorException"
    assert await features(enable) == ["RootCredentialsManagement"]
    assert await features(sessions) == ["RootCredentialsManagement", "RootSessions"]
    await call(driver, "RegisterDelegatedAdministrator", AccountId=ONE, ServicePrincipal=SERVICE)
    assert await features(sessions, ONE) == "CallerIsNotManagementAccountException"
    assert await features("DisableOrganizationsRootCredentialsManagement") == ["RootSessions"]
    assert await features("ListOrganizationsFeatures", ONE) == ["RootSessions"]
