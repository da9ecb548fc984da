"""Functions: created, told, changed and deleted."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import (
    ACCOUNT,
    ARN,
    PACKAGE,
    ROLE,
    ScriptedRunner,
    invoke,
    make_function,
    zipped,
)

from windsock.kernel.errors import AwsError

SHA256 = base64.b64encode(hashlib.sha256(PACKAGE).digest()).decode()


async def test_a_new_function_is_told_as_aws_tells_it(driver: Driver) -> None:
    created = await make_function(driver, Environment={"Variables": {"STAGE": "test"}}, Tags={"team": "a"})
    revision = created.pop("RevisionId")
    assert len(revision) == 36
    assert created.pop("RuntimeVersionConfig")["RuntimeVersionArn"].startswith(
        "arn:aws:lambda:us-east-1::runtime:"
    )
    assert created == {
        "FunctionName": "work",
        "FunctionArn": f"{ARN}work",
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "CodeSize": len(PACKAGE),
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "LastModified": "2017-01-02T00:00:00.000+0000",
        "CodeSha256": SHA256,
        "Version": "$LATEST",
        "Environment": {"Variables": {"STAGE": "test"}},
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/work"},
    }
    found = await driver("lambda", "GetFunction", FunctionName="work")
    assert found["Configuration"]["State"] == "Active"
    assert found["Configuration"]["LastUpdateStatus"] == "Successful"
    assert found["Configuration"]["RevisionId"] == revision
    assert found["Tags"] == {"team": "a"}
    assert found["Code"]["RepositoryType"] == "S3"
    assert hashlib.sha256(PACKAGE).hexdigest() in found["Code"]["Location"]


@pytest.mark.parametrize(
    ("given", "arn"),
    [
        ("work", f"{ARN}work"),
        ("work:1", f"{ARN}work:1"),
        (f"{ARN}work", f"{ARN}work"),
        (f"{ARN}work:$LATEST", f"{ARN}work:$LATEST"),
        (f"{ACCOUNT}:function:work", f"{ARN}work"),
        ("function:work", f"{ARN}work"),
        (f"{ACCOUNT}:work:1", f"{ARN}work:1"),
    ],
)
async def test_every_name_a_function_has(driver: Driver, given: str, arn: str) -> None:
    await make_function(driver, Publish=True)
    answer = await driver("lambda", "GetFunctionConfiguration", FunctionName=given)
    assert answer["FunctionArn"] == arn


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"FunctionName": "other"}, "ResourceNotFoundException", f"Function not found: {ARN}other"),
        (
            {"FunctionName": "work", "Qualifier": "7"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}work:7",
        ),
        (
            {"FunctionName": "work", "Qualifier": "live"},
            "ResourceNotFoundException",
            f"Function not found: {ARN}work:live",
        ),
        (
            {"FunctionName": "work:1", "Qualifier": "2"},
            "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier.",
        ),
        (
            {"FunctionName": f"arn:aws:lambda:us-west-2:{ACCOUNT}:function:work"},
            "ResourceNotFoundException",
            "Functions from 'us-west-2' are not reachable in this region ('us-east-1')",
        ),
    ],
)
async def test_names_of_nothing(driver: Driver, params: dict[str, str], code: str, message: str) -> None:
    await make_function(driver)
    with pytest.raises(AwsError) as caught:
        await driver("lambda", "GetFunction", **params)
    assert (caught.value.code, caught.value.message) == (code, message)
    assert caught.value.details["Type"] == "User"


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"Runtime": "python1.0"},
            "InvalidParameterValueException",
            "Value python1.0 at 'runtime'",
        ),
        (
            {"Timeout": 901},
            "ValidationException",
            "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: "
            "Member must have value less than or equal to 900",
        ),
        ({"MemorySize": 10241}, "ValidationException", "Value '10241' at 'memorySize'"),
        ({"MemorySize": 64}, "ValidationException", "Value '64' at 'memorySize'"),
        ({"Role": "worker"}, "ValidationException", "Value 'worker' at 'role' failed to satisfy constraint"),
        (
            {"FunctionName": "x" * 65},
            "InvalidParameterValueException",
            "must have length less than or equal to 64",
        ),
        ({"FunctionName": "a b"}, "ValidationException", "Member must satisfy regular expression pattern"),
        ({"Handler": None}, "InvalidParameterValueException", "Runtime and Handler are mandatory"),
        (
            {"Code": {"ZipFile": b"no zip"}},
            "InvalidParameterValueException",
            "Could not unzip uploaded",
        ),
        (
            {"Code": {"ZipFile": b""}},
            "InvalidParameterValueException",
            "must be a non-empty zip",
        ),
        (
            {"Code": {"S3Bucket": "code", "S3Key": "work.zip"}},
            "InvalidParameterValueException",
            "Error occurred while GetObject. S3 Error Code: ",
        ),
        (
            {"Code": {"ImageUri": "1.dkr.ecr/x"}, "PackageType": "Image"},
            "InvalidParameterValueException",
            "no container runner is configured",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION",
        ),
        ({"Environment": {"Variables": {"BIG": "x" * 4096}}}, "InvalidParameterValueException", "4KB limit"),
        (
            {"Layers": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:none:1"]},
            "InvalidParameterValueException",
            f"Layer version arn:aws:lambda:us-east-1:{ACCOUNT}:layer:none:1 does not exist.",
        ),
        (
            {"Tags": {"windsock:code-directory": "here"}},
            "InvalidParameterValueException",
            "must be the absolute path of a directory",
        ),
    ],
)
async def test_what_create_function_refuses(
    driver: Driver, params: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(AwsError) as caught:
        await make_function(driver, **params)
    assert caught.value.code == code
    assert message in caught.value.message
    assert (await driver("lambda", "ListFunctions"))["Functions"] == []


@pytest.mark.parametrize(
    "runtime", ["nodejs4.3", "nodejs6.1", "nodejs22.x", "python2.7", "python3.6", "provided.al2"]
)
async def test_runtimes_old_and_new_are_taken(driver: Driver, runtime: str) -> None:
    assert (await make_function(driver, Runtime=runtime))["Runtime"] == runtime


async def test_a_name_is_taken_once(driver: Driver) -> None:
    await make_function(driver)
    with pytest.raises(AwsError, match="ResourceConflictException: Function already exist: work"):
        await make_function(driver)


async def test_functions_are_listed_in_pages(driver: Driver) -> None:
    for name in ("c", "a", "b"):
        await make_function(driver, name, Publish=True)
    first = await driver("lambda", "ListFunctions", MaxItems=2)
    assert [each["FunctionName"] for each in first["Functions"]] == ["a", "b"]
    assert "State" not in first["Functions"][0]
    second = await driver("lambda", "ListFunctions", MaxItems=2, Marker=first["NextMarker"])
    assert [each["FunctionArn"] for each in second["Functions"]] == [f"{ARN}c"]
    assert "NextMarker" not in second
    versions = await driver("lambda", "ListFunctions", FunctionVersion="ALL")
    assert [each["FunctionArn"] for each in versions["Functions"]][:3] == [
        f"{ARN}a:$LATEST", f"{ARN}a:1", f"{ARN}b:$LATEST",
    ]  # fmt: skip
    with pytest.raises(AwsError, match="InvalidParameterValueException"):
        await driver("lambda", "ListFunctions", Marker="nonsense")


async def test_code_is_replaced(driver: Driver, runner: ScriptedRunner) -> None:
    created = await make_function(driver)
    await invoke(driver)
    await driver.advance(5)
    new = zipped(index="# new")
    with pytest.raises(AwsError, match="PreconditionFailedException: The Revision Id provided"):
        await driver("lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=new, RevisionId="old")
    tried = await driver("lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=new, DryRun=True)
    assert tried["CodeSha256"] != created["CodeSha256"]
    assert (await driver("lambda", "GetFunctionConfiguration", FunctionName="work"))["CodeSha256"] == SHA256
    updated = await driver(
        "lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=new, RevisionId=created["RevisionId"]
    )
    assert updated["LastUpdateStatus"] == "InProgress"
    assert updated["CodeSha256"] == base64.b64encode(hashlib.sha256(new).digest()).decode()
    assert updated["RevisionId"] != created["RevisionId"]
    assert updated["LastModified"] == "2017-01-02T00:00:05.000+0000"
    await invoke(driver)
    await driver.settle()
    old, now = (code for code, _ in runner.runs)
    assert runner.retired == [old.key]
    assert not old.code.exists()
    assert (now.code / "index.py").read_text() == "# new"


async def test_configuration_is_changed_where_something_is_given(driver: Driver) -> None:
    await make_function(driver, Description="first", Environment={"Variables": {"KEY": "1"}})
    await driver("lambda", "UpdateFunctionConfiguration", FunctionName="work", Timeout=60, MemorySize=256)
    found = await driver("lambda", "GetFunctionConfiguration", FunctionName="work")
    assert (found["Timeout"], found["MemorySize"], found["Description"]) == (60, 256, "first")
    assert found["Environment"] == {"Variables": {"KEY": "1"}}
    await driver(
        "lambda", "UpdateFunctionConfiguration", FunctionName="work", Environment={"Variables": {}},
        Description="",
    )  # fmt: skip
    found = await driver("lambda", "GetFunctionConfiguration", FunctionName="work")
    assert "Environment" not in found
    assert found["Description"] == ""


async def test_deleting_a_function_leaves_nothing(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    await driver("lambda", "CreateAlias", FunctionName="work", Name="live", FunctionVersion="1")
    with pytest.raises(AwsError, match="cannot be deleted without deleting the function"):
        await driver("lambda", "DeleteFunction", FunctionName="work", Qualifier="$LATEST")
    with pytest.raises(AwsError, match=r"the following aliases reference it: \[live\]"):
        await driver("lambda", "DeleteFunction", FunctionName="work:1")
    await driver("lambda", "DeleteFunction", FunctionName="work")
    with pytest.raises(AwsError, match=f"Function not found: {ARN}work"):
        await driver("lambda", "DeleteFunction", FunctionName="work")
    usage = (await driver("lambda", "GetAccountSettings"))["AccountUsage"]
    assert usage == {"TotalCodeSize": 0, "FunctionCount": 0}


async def test_code_edited_in_place(driver: Driver, runner: ScriptedRunner, tmp_path: Path) -> None:
    await make_function(driver, Code={}, Tags={"windsock:code-directory": str(tmp_path)}, Publish=True)
    await invoke(driver)
    await invoke(driver, "work:1")
    latest, published = (code for code, _ in runner.runs)
    assert (latest.code, latest.reload) == (tmp_path, True)
    assert published.code != tmp_path
    assert not published.reload
    await driver("lambda", "UntagResource", Resource=f"{ARN}work", TagKeys=["windsock:code-directory"])
    await invoke(driver)
    assert not runner.runs[-1][0].reload


async def test_an_unpacked_package_stays_while_something_runs_it(
    driver: Driver, runner: ScriptedRunner
) -> None:
    await make_function(driver)
    runner.held = asyncio.Event()
    first = asyncio.create_task(invoke(driver))
    await runner.began.wait()
    await driver("lambda", "UpdateFunctionCode", FunctionName="work", ZipFile=zipped(index="x = 2"))
    runner.began.clear()
    second = asyncio.create_task(invoke(driver))
    await runner.began.wait()
    old, new = (code.code for code, _ in runner.runs)
    assert old.is_dir()
    runner.held.set()
    await asyncio.gather(first, second)
    await driver.settle()
    assert not old.exists()
    assert new.is_dir()
    await driver("lambda", "DeleteFunction", FunctionName="work")
    await driver.settle()
    assert not new.exists()
