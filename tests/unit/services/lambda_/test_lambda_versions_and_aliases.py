"""Published versions, and aliases for them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ARN, PACKAGE, make_function, zipped

from windsock.kernel.errors import AwsError


async def test_a_version_keeps_what_it_was(driver: Driver) -> None:
    await make_function(driver, Description="of the function")
    first = await driver("lambda", "PublishVersion", FunctionName="work", Description="of the version")
    assert (first["Version"], first["Description"]) == ("1", "of the version")
    assert first["FunctionArn"] == f"{ARN}work:1"
    assert (await driver("lambda", "PublishVersion", FunctionName="work"))["Version"] == "1"
    await driver("lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=zipped(index="# new"))
    second = await driver("lambda", "PublishVersion", FunctionName="work")
    assert (second["Version"], second["Description"]) == ("2", "of the function")
    kept = await driver("lambda", "GetFunctionConfiguration", FunctionName="work", Qualifier="1")
    assert kept["CodeSize"] == len(PACKAGE)
    versions = await driver("lambda", "ListVersionsByFunction", FunctionName="work", MaxItems=2)
    assert [each["Version"] for each in versions["Versions"]] == ["$LATEST", "1"]
    versions = await driver(
        "lambda", "ListVersionsByFunction", FunctionName="work", Marker=versions["NextMarker"]
    )
    assert [each["FunctionArn"] for each in versions["Versions"]] == [f"{ARN}work:2"]


async def test_another_description_of_the_function_makes_another_version(driver: Driver) -> None:
    await make_function(driver)
    await driver("lambda", "PublishVersion", FunctionName="work", Description="of the version")
    await driver("lambda", "UpdateFunctionConfiguration", FunctionName="work", Description="new")
    second = await driver("lambda", "PublishVersion", FunctionName="work")
    assert (second["Version"], second["Description"]) == ("2", "new")
    same = await driver("lambda", "PublishVersion", FunctionName="work", Description="third")
    assert (same["Version"], same["Description"]) == ("2", "new")


async def test_code_is_replaced_and_published(driver: Driver) -> None:
    await make_function(driver)
    published = await driver(
        "lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=zipped(index="# new"), Publish=True
    )
    assert published["FunctionArn"] == f"{ARN}work:1"
    assert (published["State"], published["StateReasonCode"]) == ("Pending", "Creating")
    found = await driver("lambda", "GetFunctionConfiguration", FunctionName="work", Qualifier="1")
    assert (found["State"], found["CodeSha256"]) == ("Active", published["CodeSha256"])


async def test_a_number_is_not_used_again(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    await driver("lambda", "DeleteFunction", FunctionName="work", Qualifier="1")
    assert (await driver("lambda", "PublishVersion", FunctionName="work"))["Version"] == "2"


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"RevisionId": "old"},
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the "
            "GetFunction/GetAlias API",
        ),
        (
            {"CodeSha256": "other"},
            "InvalidParameterValueException",
            "CodeSHA256 (other) is different from current CodeSHA256 in $LATEST",
        ),
        ({"FunctionName": "none"}, "ResourceNotFoundException", f"Function not found: {ARN}none"),
    ],
)
async def test_what_is_not_published(driver: Driver, params: dict[str, Any], code: str, message: str) -> None:
    await make_function(driver)
    with pytest.raises(AwsError) as caught:
        await driver("lambda", "PublishVersion", **{"FunctionName": "work", **params})
    assert caught.value.code == code
    assert caught.value.message.startswith(message)


async def test_an_alias_from_beginning_to_end(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    created = await driver("lambda", "CreateAlias", FunctionName="work", Name="live", FunctionVersion="1")
    revision = created.pop("RevisionId")
    assert created == {
        "AliasArn": f"{ARN}work:live", "Name": "live", "FunctionVersion": "1", "Description": "",
    }  # fmt: skip
    found = await driver("lambda", "GetFunction", FunctionName="work", Qualifier="live")
    assert found["Configuration"]["FunctionArn"] == f"{ARN}work:live"
    assert found["Configuration"]["Version"] == "1"
    await driver("lambda", "UpdateFunctionConfiguration", FunctionName="work", Timeout=9)
    await driver("lambda", "PublishVersion", FunctionName="work")
    updated = await driver(
        "lambda", "UpdateAlias", FunctionName="work", Name="live", RevisionId=revision,
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )  # fmt: skip
    assert updated["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.5}}
    with pytest.raises(AwsError, match="Call the GetFunction/GetAlias API"):
        await driver("lambda", "UpdateAlias", FunctionName="work", Name="live", RevisionId=revision)
    updated = await driver(
        "lambda", "UpdateAlias", FunctionName="work", Name="live", Description="d", FunctionVersion="2",
        RoutingConfig={"AdditionalVersionWeights": {}},
    )  # fmt: skip
    assert (updated["FunctionVersion"], updated["Description"]) == ("2", "d")
    assert "RoutingConfig" not in updated
    listed = await driver("lambda", "ListAliases", FunctionName="work", FunctionVersion="2")
    assert [each["Name"] for each in listed["Aliases"]] == ["live"]
    assert (await driver("lambda", "ListAliases", FunctionName="work", FunctionVersion="1"))["Aliases"] == []
    await driver("lambda", "DeleteAlias", FunctionName="work", Name="live")
    with pytest.raises(AwsError, match=f"Cannot find alias arn: {ARN}work:live"):
        await driver("lambda", "GetAlias", FunctionName="work", Name="live")


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"Name": "live"}, "ResourceConflictException", f"Alias already exists: {ARN}work:live"),
        ({"FunctionVersion": "7"}, "ResourceNotFoundException", f"Function not found: {ARN}work:7"),
        ({"Name": "1"}, "ValidationException", "at 'name' failed to satisfy constraint"),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"7": 0.5}}},
            "ResourceNotFoundException",
            f"Function not found: {ARN}work:7",
        ),
        (
            {"FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "InvalidParameterValueException",
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "InvalidParameterValueException",
            "Invalid function version 1.",
        ),
    ],
)
async def test_what_is_no_alias(driver: Driver, params: dict[str, Any], code: str, message: str) -> None:
    await make_function(driver, Publish=True)
    await driver("lambda", "CreateAlias", FunctionName="work", Name="live", FunctionVersion="1")
    given = {"FunctionName": "work", "Name": "test", "FunctionVersion": "1", **params}
    with pytest.raises(AwsError) as caught:
        await driver("lambda", "CreateAlias", **given)
    assert caught.value.code == code
    assert message in caught.value.message
