"""Tags, concurrency, URLs and the settings that are kept and told."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ARN, PACKAGE, make_function

from windsock.kernel.errors import AwsError


async def test_tags(driver: Driver) -> None:
    await make_function(driver, Tags={"team": "a"})
    await driver("lambda", "TagResource", Resource=f"{ARN}work", Tags={"team": "b", "stage": "test"})
    assert (await driver("lambda", "ListTags", Resource=f"{ARN}work"))["Tags"] == {
        "team": "b", "stage": "test",
    }  # fmt: skip
    await driver("lambda", "UntagResource", Resource=f"{ARN}work", TagKeys=["team", "none"])
    assert (await driver("lambda", "ListTags", Resource=f"{ARN}work"))["Tags"] == {"stage": "test"}
    with pytest.raises(AwsError, match="Tags on function aliases and versions are not supported"):
        await driver("lambda", "ListTags", Resource=f"{ARN}work:1")
    with pytest.raises(AwsError, match="Number of tags exceeds resource tag limit"):
        await driver("lambda", "TagResource", Resource=f"{ARN}work", Tags={f"t{n}": "" for n in range(50)})
    with pytest.raises(AwsError, match=f"Function not found: {ARN}none"):
        await driver("lambda", "TagResource", Resource=f"{ARN}none", Tags={"a": "b"})
    with pytest.raises(AwsError, match="must be the absolute path of a directory"):
        await driver("lambda", "TagResource", Resource=f"{ARN}work", Tags={"windsock:code-directory": "x"})


async def test_reserved_concurrency(driver: Driver) -> None:
    await make_function(driver)
    await make_function(driver, "other")
    assert await driver("lambda", "GetFunctionConcurrency", FunctionName="work") == {}
    reserve: dict[str, Any] = {"FunctionName": "work", "ReservedConcurrentExecutions": 900}
    assert await driver("lambda", "PutFunctionConcurrency", **reserve) == {
        "ReservedConcurrentExecutions": 900
    }
    assert await driver("lambda", "PutFunctionConcurrency", **reserve)
    with pytest.raises(AwsError, match=r"UnreservedConcurrentExecution below its minimum value of \[100\]"):
        await driver("lambda", "PutFunctionConcurrency", FunctionName="other", ReservedConcurrentExecutions=1)
    settings = await driver("lambda", "GetAccountSettings")
    assert settings["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 100
    assert settings["AccountUsage"] == {"TotalCodeSize": len(PACKAGE), "FunctionCount": 2}
    found = await driver("lambda", "GetFunction", FunctionName="work")
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 900}


async def test_provisioned_concurrency(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    config = {"FunctionName": "work", "Qualifier": "1"}
    with pytest.raises(AwsError, match="ProvisionedConcurrencyConfigNotFoundException"):
        await driver("lambda", "GetProvisionedConcurrencyConfig", **config)
    put = await driver(
        "lambda", "PutProvisionedConcurrencyConfig", **config, ProvisionedConcurrentExecutions=5
    )
    assert put["Status"] == "IN_PROGRESS"
    found = await driver("lambda", "GetProvisionedConcurrencyConfig", **config)
    assert (found["Status"], found["AllocatedProvisionedConcurrentExecutions"]) == ("READY", 5)
    listed = await driver("lambda", "ListProvisionedConcurrencyConfigs", FunctionName="work")
    assert [each["FunctionArn"] for each in listed["ProvisionedConcurrencyConfigs"]] == [f"{ARN}work:1"]
    await driver("lambda", "DeleteProvisionedConcurrencyConfig", **config)
    with pytest.raises(AwsError, match="cannot be applied to unpublished function versions"):
        await driver(
            "lambda", "PutProvisionedConcurrencyConfig", FunctionName="work", Qualifier="$LATEST",
            ProvisionedConcurrentExecutions=5,
        )  # fmt: skip


async def test_function_urls(driver: Driver) -> None:
    await make_function(driver)
    with pytest.raises(AwsError, match="The resource you requested does not exist"):
        await driver("lambda", "GetFunctionUrlConfig", FunctionName="work")
    created = await driver("lambda", "CreateFunctionUrlConfig", FunctionName="work", AuthType="NONE")
    assert created["FunctionUrl"].endswith(".lambda-url.us-east-1.localhost:4566/")
    assert created["FunctionArn"] == f"{ARN}work"
    with pytest.raises(AwsError, match="FunctionUrlConfig exists for this Lambda function"):
        await driver("lambda", "CreateFunctionUrlConfig", FunctionName="work", AuthType="NONE")
    await driver(
        "lambda", "UpdateFunctionUrlConfig", FunctionName="work", Cors={"AllowOrigins": ["*"]},
        AuthType="AWS_IAM",
    )  # fmt: skip
    found = await driver("lambda", "GetFunctionUrlConfig", FunctionName="work")
    assert (found["AuthType"], found["Cors"]) == ("AWS_IAM", {"AllowOrigins": ["*"]})
    assert found["FunctionUrl"] == created["FunctionUrl"]
    listed = await driver("lambda", "ListFunctionUrlConfigs", FunctionName="work")
    assert listed["FunctionUrlConfigs"] == [found]
    await driver("lambda", "DeleteFunctionUrlConfig", FunctionName="work")
    assert (await driver("lambda", "ListFunctionUrlConfigs", FunctionName="work"))["FunctionUrlConfigs"] == []


async def test_settings_that_are_only_kept(driver: Driver) -> None:
    await make_function(driver)
    name = {"FunctionName": "work"}
    assert await driver("lambda", "GetFunctionRecursionConfig", **name) == {"RecursiveLoop": "Terminate"}
    await driver("lambda", "PutFunctionRecursionConfig", **name, RecursiveLoop="Allow")
    assert await driver("lambda", "GetFunctionRecursionConfig", **name) == {"RecursiveLoop": "Allow"}
    updates = await driver("lambda", "GetRuntimeManagementConfig", **name)
    assert updates == {"UpdateRuntimeOn": "Auto", "FunctionArn": f"{ARN}work:$LATEST"}
    await driver("lambda", "PutRuntimeManagementConfig", **name, UpdateRuntimeOn="FunctionUpdate")
    updates = await driver("lambda", "GetRuntimeManagementConfig", **name)
    assert updates["UpdateRuntimeOn"] == "FunctionUpdate"
    assert await driver("lambda", "GetFunctionCodeSigningConfig", **name) == {"FunctionName": "work"}
