"""With IAM a stack's resources are made as its role, or as whoever asked; CloudTrail tells by whom."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.conftest import Driver, driving

from windsock.engine.access_errors import AccessDenied
from windsock.engine.calls import Caller
from windsock.engine.rooms import Rooms
from windsock.engine.settings import EngineSettings
from windsock.kernel.scope import Scope

ACCOUNT: Final = "111122223333"
HERE: Final = Scope(ACCOUNT, "us-east-1")
ALICE: Final = Caller("user", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice", user_id="AIDAALICE")
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/deployer"
STACKS: Final = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/shop/*"
TEMPLATE: Final = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: told}}}"


@pytest.fixture
async def enforced(rooms: Rooms, empty_database: Path, tmp_path: Path) -> AsyncIterator[Driver]:
    """An engine that enforces IAM, with a user who may do all with the stack `shop`."""
    async with driving(rooms, empty_database, tmp_path, EngineSettings(iam="enforce")) as driver:
        await driver("iam", "CreateUser", account=ACCOUNT, UserName="alice")
        await grant(driver, "stacks", Action="cloudformation:*", Resource=STACKS)
        yield driver


def document(**elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]})


async def grant(driver: Driver, name: str, **elements: Any) -> None:
    policy = {"PolicyName": name, "PolicyDocument": document(**elements)}
    await driver("iam", "PutUserPolicy", account=ACCOUNT, UserName="alice", **policy)


async def role(driver: Driver, trusted: str) -> None:
    """A role that may make topics, trusted by a service, which alice may hand over."""
    trust = document(Action="sts:AssumeRole", Principal={"Service": trusted})
    await driver("iam", "CreateRole", account=ACCOUNT, RoleName="deployer", AssumeRolePolicyDocument=trust)
    policy = {"PolicyName": "topics", "PolicyDocument": document(Action="sns:*", Resource="*")}
    await driver("iam", "PutRolePolicy", account=ACCOUNT, RoleName="deployer", **policy)
    await grant(driver, "pass", Action="iam:PassRole", Resource=ROLE)


async def by_alice(driver: Driver, operation: str, **params: Any) -> dict[str, Any]:
    answer = await driver.engine.call("cloudformation", operation, params, caller=ALICE, scope=HERE)
    await driver.settle()
    return answer or {}


async def status(driver: Driver, name: str = "shop") -> str:
    return str((await by_alice(driver, "DescribeStacks", StackName=name))["Stacks"][0]["StackStatus"])


async def why_it_failed(driver: Driver) -> str:
    """Why the topic could not be made."""
    events = (await by_alice(driver, "DescribeStackEvents", StackName="shop"))["StackEvents"]
    (failed,) = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Topic"
    return str(failed["ResourceStatusReason"])


async def test_without_a_role_who_asks_needs_the_rights(enforced: Driver) -> None:
    await by_alice(enforced, "CreateStack", StackName="shop", TemplateBody=TEMPLATE)
    assert await status(enforced) == "ROLLBACK_COMPLETE"
    reason = await why_it_failed(enforced)
    assert f"User: {ALICE.principal} is not authorized to perform: SNS:CreateTopic" in reason
    assert reason.endswith("(HandlerErrorCode: AccessDenied)")


async def test_a_role_makes_what_who_asks_may_not(enforced: Driver) -> None:
    await role(enforced, "cloudformation.amazonaws.com")
    await by_alice(enforced, "CreateStack", StackName="shop", TemplateBody=TEMPLATE, RoleARN=ROLE)
    assert await status(enforced) == "CREATE_COMPLETE"


async def test_a_role_must_trust_cloudformation(enforced: Driver) -> None:
    await role(enforced, "lambda.amazonaws.com")
    await by_alice(enforced, "CreateStack", StackName="shop", TemplateBody=TEMPLATE, RoleARN=ROLE)
    assert await status(enforced) == "ROLLBACK_COMPLETE"
    assert "AccessDenied" in await why_it_failed(enforced)


async def test_a_policy_for_a_name_counts_for_its_arn(enforced: Driver) -> None:
    made = await by_alice(enforced, "CreateStack", StackName="shop", TemplateBody=TEMPLATE)
    assert await status(enforced, made["StackId"]) == "ROLLBACK_COMPLETE"
    for name in ("other", made["StackId"].replace("/shop/", "/other/")):
        with pytest.raises(AccessDenied):
            await by_alice(enforced, "DeleteStack", StackName=name)
    await by_alice(enforced, "DeleteStack", StackName=made["StackId"])
    assert await status(enforced, made["StackId"]) == "DELETE_COMPLETE"


async def test_cloudtrail_tells_who_made_a_resource_through_cloudformation(driver: Driver) -> None:
    await driver("cloudformation", "CreateStack", StackName="shop", TemplateBody=TEMPLATE)
    await driver.settle()
    attribute = {"AttributeKey": "EventName", "AttributeValue": "CreateTopic"}
    (event,) = (await driver("cloudtrail", "LookupEvents", LookupAttributes=[attribute]))["Events"]
    told = json.loads(event["CloudTrailEvent"])
    assert told["sourceIPAddress"] == told["userAgent"] == "cloudformation.amazonaws.com"
    assert told["userIdentity"]["type"] == "Root"
    assert told["userIdentity"]["invokedBy"] == "cloudformation.amazonaws.com"
