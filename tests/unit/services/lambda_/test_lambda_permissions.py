"""Resource policies of functions."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ACCOUNT, ARN, make_function

from windsock.kernel.errors import AwsError

RULE = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/orders"


async def allow(driver: Driver, sid: str = "events", **params: Any) -> dict[str, Any]:
    given = {
        "FunctionName": "work",
        "StatementId": sid,
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        **params,
    }
    answer = await driver("lambda", "AddPermission", **given)
    statement: dict[str, Any] = orjson.loads(answer["Statement"])
    return statement


async def test_a_statement_as_aws_writes_it(driver: Driver) -> None:
    await make_function(driver)
    statement = await allow(driver, SourceArn=RULE, SourceAccount=ACCOUNT)
    assert statement == {
        "Sid": "events",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{ARN}work",
        "Condition": {
            "ArnLike": {"AWS:SourceArn": RULE},
            "StringEquals": {"AWS:SourceAccount": ACCOUNT},
        },
    }
    policy = await driver("lambda", "GetPolicy", FunctionName="work")
    assert orjson.loads(policy["Policy"]) == {
        "Version": "2012-10-17", "Id": "default", "Statement": [statement],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("principal", "kept"),
    [
        ("*", "*"),
        ("111122223333", {"AWS": "arn:aws:iam::111122223333:root"}),
        ("arn:aws:iam::111122223333:role/r", {"AWS": "arn:aws:iam::111122223333:role/r"}),
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
    ],
)
async def test_principals(driver: Driver, principal: str, kept: Any) -> None:
    await make_function(driver)
    assert (await allow(driver, Principal=principal))["Principal"] == kept


async def test_policies_belong_to_their_qualifier(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    await driver("lambda", "CreateAlias", FunctionName="work", Name="live", FunctionVersion="1")
    assert (await allow(driver, Qualifier="live"))["Resource"] == f"{ARN}work:live"
    assert (await allow(driver, FunctionName=f"{ARN}work:1"))["Resource"] == f"{ARN}work:1"
    with pytest.raises(AwsError, match="The resource you requested does not exist"):
        await driver("lambda", "GetPolicy", FunctionName="work")
    assert (await driver("lambda", "GetPolicy", FunctionName="work:live"))["RevisionId"]
    with pytest.raises(AwsError, match=r"We currently do not support adding policies for \$LATEST\."):
        await allow(driver, Qualifier="$LATEST")
    with pytest.raises(AwsError, match=f"Cannot find alias arn: {ARN}work:test"):
        await allow(driver, Qualifier="test")


async def test_statements_come_and_go(driver: Driver) -> None:
    await make_function(driver)
    await allow(driver)
    with pytest.raises(AwsError, match=r"ResourceConflictException: The statement id \(events\) provided"):
        await allow(driver)
    with pytest.raises(AwsError, match="Call the GetPolicy API"):
        await allow(driver, "other", RevisionId="old")
    revision = (await driver("lambda", "GetPolicy", FunctionName="work"))["RevisionId"]
    await allow(driver, "other", RevisionId=revision)
    with pytest.raises(AwsError, match="Statement none is not found in resource policy"):
        await driver("lambda", "RemovePermission", FunctionName="work", StatementId="none")
    await driver("lambda", "RemovePermission", FunctionName="work", StatementId="events")
    policy = orjson.loads((await driver("lambda", "GetPolicy", FunctionName="work"))["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["other"]
    await driver("lambda", "RemovePermission", FunctionName="work", StatementId="other")
    with pytest.raises(AwsError, match="The resource you requested does not exist"):
        await driver("lambda", "GetPolicy", FunctionName="work")


async def test_what_is_refused(driver: Driver) -> None:
    await make_function(driver)
    with pytest.raises(AwsError, match="The provided principal was invalid"):
        await allow(driver, Principal="nobody")
    with pytest.raises(AwsError, match="PolicyLengthExceededException"):
        for number in range(1000):
            await allow(driver, f"s{number}", SourceArn=RULE)
    with pytest.raises(AwsError, match=f"Function not found: {ARN}none"):
        await allow(driver, FunctionName="none")
