"""Errors in AWS's own words, as recorded from it in 2023 and 2024."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ARN, make_function, zipped

from windsock.kernel.errors import AwsError

NOT_FOUND = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"
GONE = "The resource you requested does not exist."
S3: dict[str, Any] = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
ONE: dict[str, Any] = {"ProvisionedConcurrentExecutions": 1}
RETRY: dict[str, Any] = {"MaximumRetryAttempts": 1}
NONE: dict[str, Any] = {"AuthType": "NONE"}


async def refused(driver: Driver, operation: str, params: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(AwsError) as caught:
        await driver("lambda", operation, **{"FunctionName": "work", **params})
    return caught.value.code, caught.value.message


def success(destination: str) -> dict[str, Any]:
    return {"DestinationConfig": {"OnSuccess": {"Destination": destination}}}


@pytest.mark.parametrize(
    ("operation", "params", "code", "message"),
    [
        (
            "PutFunctionEventInvokeConfig", {"FunctionName": "none", **RETRY}, NOT_FOUND,
            "The function doesn't exist.",
        ),
        (
            "PutFunctionEventInvokeConfig", {"Qualifier": "none", **RETRY}, NOT_FOUND,
            "The function doesn't exist.",
        ),
        (
            "UpdateFunctionEventInvokeConfig", {"FunctionName": "none", **RETRY}, NOT_FOUND,
            "The function doesn't exist.",
        ),
        (
            "ListFunctionEventInvokeConfigs", {"FunctionName": "none"}, NOT_FOUND,
            "The function doesn't exist.",
        ),
        (
            "PutFunctionEventInvokeConfig", success(f"{ARN}none"), INVALID,
            f"The destination ARN {ARN}none is invalid.",
        ),
        (
            "PutFunctionEventInvokeConfig", success("arn:aws:iam:us-east-1:111122223333:function:work"),
            INVALID,
            "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
            "arn:aws:iam:us-east-1:111122223333:function:work), onFailure=null) is invalid.",
        ),
        (
            "PutFunctionConcurrency", {"FunctionName": "none", "ReservedConcurrentExecutions": 1}, NOT_FOUND,
            f"Function not found: {ARN}none:$LATEST",
        ),
        (
            "PutFunctionConcurrency", {"FunctionName": f"{ARN}work:1", "ReservedConcurrentExecutions": 1},
            INVALID,
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
            "operation. Please specify either a function name or an unqualified function ARN.",
        ),
        (
            "CreateFunctionUrlConfig", {"FunctionName": "none", **NONE}, NOT_FOUND,
            "Function does not exist",
        ),
        ("CreateFunctionUrlConfig", {"Qualifier": "none", **NONE}, NOT_FOUND, "Function does not exist"),
        ("UpdateFunctionUrlConfig", {"FunctionName": "none"}, NOT_FOUND, "Function does not exist"),
        ("UpdateFunctionUrlConfig", {"Qualifier": "none"}, NOT_FOUND, "Function does not exist"),
        ("UpdateFunctionUrlConfig", {}, NOT_FOUND, GONE),
        ("GetFunctionUrlConfig", {"FunctionName": "none"}, NOT_FOUND, GONE),
        ("DeleteFunctionUrlConfig", {"Qualifier": "none"}, NOT_FOUND, GONE),
        ("ListFunctionUrlConfigs", {"FunctionName": "none"}, NOT_FOUND, "Function does not exist"),
        ("Invoke", {"FunctionName": "none"}, NOT_FOUND, f"Function not found: {ARN}none:$LATEST"),
        (
            "Invoke", {"FunctionName": "none", "InvocationType": "Event"}, NOT_FOUND,
            f"Function not found: {ARN}none:$LATEST",
        ),
        (
            "Invoke", {"FunctionName": "none", "InvocationType": "DryRun"}, NOT_FOUND,
            f"Function not found: {ARN}none:$LATEST",
        ),
        ("Invoke", {"Qualifier": "7"}, NOT_FOUND, f"Function not found: {ARN}work:7"),
        (
            "GetFunction", {"FunctionName": "a" * 65}, INVALID,
            f"1 validation error detected: Value '{'a' * 65}' at 'functionName' failed to satisfy "
            "constraint: Member must have length less than or equal to 64",
        ),
        (
            "CreateEventSourceMapping",
            {"FunctionName": "none", "EventSourceArn": "arn:aws:sqs:us-east-1:111122223333:queue"},
            INVALID, "Function does not exist",
        ),
        (
            "TagResource", {"Resource": f"{ARN}work", "Tags": {str(number): "" for number in range(51)}},
            INVALID, "Number of tags exceeds resource tag limit.",
        ),
        ("GetPolicy", {"FunctionName": "none"}, NOT_FOUND, f"Function not found: {ARN}none"),
        ("GetPolicy", {"Qualifier": "42"}, NOT_FOUND, GONE),
        ("AddPermission", {"Qualifier": "none", **S3}, NOT_FOUND, f"Cannot find alias arn: {ARN}work:none"),
        ("AddPermission", {"Qualifier": "42", **S3}, NOT_FOUND, f"Function not found: {ARN}work:42"),
        ("AddPermission", {"Qualifier": "a-$", **S3}, NOT_FOUND, f"Function not found: {ARN}work:a-$"),
        (
            "RemovePermission", {"FunctionName": "none", "StatementId": "s3"}, NOT_FOUND,
            f"No policy found for: {ARN}none",
        ),
        (
            "GetLayerVersion", {"LayerName": "tools", "VersionNumber": 0}, INVALID,
            "Layer Version Cannot be less than 1",
        ),
        (
            "DeleteLayerVersion", {"LayerName": "tools", "VersionNumber": -1}, INVALID,
            "Layer Version Cannot be less than 1",
        ),
        (
            "PutProvisionedConcurrencyConfig", {"FunctionName": "none", "Qualifier": "live", **ONE},
            NOT_FOUND,
            f"Cannot find alias arn: {ARN}none:live",
        ),
        (
            "PutProvisionedConcurrencyConfig", {"FunctionName": "none", "Qualifier": "1", **ONE}, NOT_FOUND,
            f"Function not found: {ARN}none:1",
        ),
        (
            "DeleteProvisionedConcurrencyConfig", {"Qualifier": "none"}, NOT_FOUND,
            f"Cannot find alias arn: {ARN}work:none",
        ),
        (
            "GetProvisionedConcurrencyConfig", {"Qualifier": "$LATEST"}, INVALID,
            "The function resource provided must be an alias or a published version.",
        ),
        (
            "CreateAlias", {"FunctionName": "none", "Name": "live", "FunctionVersion": "1"}, NOT_FOUND,
            f"Function not found: {ARN}none:1",
        ),
    ],
)  # fmt: skip
async def test_what_is_not_there(
    driver: Driver, operation: str, params: dict[str, Any], code: str, message: str
) -> None:
    await make_function(driver, Publish=True)
    assert await refused(driver, operation, params) == (code, message)


async def test_a_version_is_provisioned_once(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    await driver("lambda", "CreateAlias", FunctionName="work", Name="live", FunctionVersion="1")
    version: dict[str, Any] = {"FunctionName": "work", "Qualifier": "1"}
    alias: dict[str, Any] = {"FunctionName": "work", "Qualifier": "live"}
    await driver("lambda", "PutProvisionedConcurrencyConfig", **version, **ONE)
    assert await refused(driver, "PutProvisionedConcurrencyConfig", alias | ONE) == (
        "ResourceConflictException",
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    )
    await driver("lambda", "DeleteProvisionedConcurrencyConfig", **version)
    await driver("lambda", "PutProvisionedConcurrencyConfig", **alias, **ONE)
    await driver("lambda", "PutProvisionedConcurrencyConfig", **alias, **ONE)
    assert await refused(driver, "PutProvisionedConcurrencyConfig", version | ONE) == (
        "ResourceConflictException",
        "Version is pointed by a Provisioned Concurrency alias",
    )


async def test_what_is_provisioned_is_reserved(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    code = zipped(index="2")
    await driver("lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=code, Publish=True)
    first: dict[str, Any] = {"FunctionName": "work", "Qualifier": "1"}
    two: dict[str, Any] = {"ProvisionedConcurrentExecutions": 2}
    await driver("lambda", "PutProvisionedConcurrencyConfig", **first, **two)
    assert await refused(driver, "PutFunctionConcurrency", {"ReservedConcurrentExecutions": 1}) == (
        INVALID,
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency "
        "[2].",
    )
    await driver("lambda", "PutFunctionConcurrency", FunctionName="work", ReservedConcurrentExecutions=2)
    await driver("lambda", "PutProvisionedConcurrencyConfig", **first, **two)
    too_much = (
        INVALID,
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for "
        "function",
    )
    second = {"Qualifier": "2", **ONE}
    assert await refused(driver, "PutProvisionedConcurrencyConfig", second) == too_much
    more = first | {"ProvisionedConcurrentExecutions": 3}
    assert await refused(driver, "PutProvisionedConcurrencyConfig", more) == too_much


async def test_a_function_is_made_in_ones_own_account(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        await make_function(driver, "arn:aws:lambda:us-east-1:999999999999:function:work")
    assert (caught.value.code, caught.value.status) == ("AccessDeniedException", 403)


async def test_an_alias_shares_with_one_version(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    for text in ("2", "3"):
        code = zipped(index=text)
        await driver("lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=code, Publish=True)
    routing = {"AdditionalVersionWeights": {"2": 0.1, "3": 0.1}}
    alias = {"Name": "live", "FunctionVersion": "1", "RoutingConfig": routing}
    assert await refused(driver, "CreateAlias", alias) == (
        INVALID,
        "Number of items in AdditionalVersionWeights cannot be greater than 1",
    )


async def test_both_destinations_are_told(driver: Driver) -> None:
    await make_function(driver)
    await make_function(driver, "other")
    told = await driver(
        "lambda", "PutFunctionEventInvokeConfig", FunctionName="work", **success(f"{ARN}other")
    )
    assert told["DestinationConfig"] == {"OnFailure": {}, "OnSuccess": {"Destination": f"{ARN}other"}}


async def test_changing_a_url_tells_no_invoke_mode_that_was_not_given(driver: Driver) -> None:
    await make_function(driver)
    url: dict[str, Any] = {"FunctionName": "work"}
    assert "InvokeMode" not in await driver("lambda", "CreateFunctionUrlConfig", **url, **NONE)
    assert "InvokeMode" not in await driver("lambda", "UpdateFunctionUrlConfig", **url, AuthType="AWS_IAM")
    assert (await driver("lambda", "GetFunctionUrlConfig", **url))["InvokeMode"] == "BUFFERED"
