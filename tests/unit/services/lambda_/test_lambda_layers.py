"""Layers and the functions that use them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import ACCOUNT, ScriptedRunner, invoke, make_function, zipped

from windsock.kernel.errors import AwsError

LAYER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:tools"


async def publish(driver: Driver, text: str = "tools", **params: Any) -> str:
    """A version of the layer `tools`; its ARN."""
    answer = await driver(
        "lambda", "PublishLayerVersion", LayerName="tools", Content={"ZipFile": zipped(tools=text)}, **params
    )
    arn: str = answer["LayerVersionArn"]
    return arn


async def test_a_layer_in_versions(driver: Driver) -> None:
    assert await publish(driver, CompatibleRuntimes=["python3.12"], LicenseInfo="MIT") == f"{LAYER}:1"
    assert await publish(driver, "more", CompatibleRuntimes=["nodejs22.x"]) == f"{LAYER}:2"
    found = await driver("lambda", "GetLayerVersion", LayerName="tools", VersionNumber=1)
    assert found["LayerArn"] == LAYER
    assert (found["Version"], found["LicenseInfo"]) == (1, "MIT")
    assert found["CompatibleRuntimes"] == ["python3.12"]
    assert found["Content"]["CodeSize"] == len(zipped(tools="tools"))
    assert found == await driver("lambda", "GetLayerVersionByArn", Arn=f"{LAYER}:1")
    versions = await driver("lambda", "ListLayerVersions", LayerName=LAYER)
    assert [each["Version"] for each in versions["LayerVersions"]] == [2, 1]
    layers = await driver("lambda", "ListLayers", CompatibleRuntime="python3.12")
    assert [each["LatestMatchingVersion"]["Version"] for each in layers["Layers"]] == [1]


async def test_functions_run_with_their_layers(driver: Driver, runner: ScriptedRunner) -> None:
    layer = await publish(driver)
    created = await make_function(driver, Layers=[layer])
    assert created["Layers"] == [{"Arn": layer, "CodeSize": len(zipped(tools="tools"))}]
    await driver("lambda", "DeleteLayerVersion", LayerName="tools", VersionNumber=1)
    await invoke(driver)
    (directory,) = runner.runs[0][0].layers
    assert (directory / "tools.py").read_text() == "tools"
    with pytest.raises(AwsError, match="The resource you requested does not exist"):
        await driver("lambda", "GetLayerVersion", LayerName="tools", VersionNumber=1)
    with pytest.raises(AwsError, match="does not exist"):
        await make_function(driver, "other", Layers=[layer])
    assert await publish(driver) == f"{LAYER}:2"
    updated = await driver("lambda", "UpdateFunctionConfiguration", FunctionName="work", Layers=[])
    assert "Layers" not in updated


async def test_one_version_of_a_layer_at_a_time(driver: Driver) -> None:
    layers = [await publish(driver), await publish(driver, "more")]
    with pytest.raises(AwsError, match="Two different versions of the same layer are not allowed"):
        await make_function(driver, Layers=layers)
    with pytest.raises(AwsError, match="Cannot reference more than 5 layers"):
        await make_function(driver, Layers=[f"{LAYER}{n}:1" for n in range(6)])


async def test_permissions_of_a_layer(driver: Driver) -> None:
    await publish(driver)
    version: dict[str, Any] = {"LayerName": "tools", "VersionNumber": 1}
    with pytest.raises(AwsError, match="ResourceNotFoundException"):
        await driver("lambda", "GetLayerVersionPolicy", **version)
    added = await driver(
        "lambda", "AddLayerVersionPermission", **version, StatementId="all", Action="lambda:GetLayerVersion",
        Principal="*", OrganizationId="o-abcdefghij",
    )  # fmt: skip
    policy = await driver("lambda", "GetLayerVersionPolicy", **version)
    assert policy["RevisionId"] == added["RevisionId"]
    assert added["Statement"] in policy["Policy"]
    assert '"aws:PrincipalOrgID":"o-abcdefghij"' in added["Statement"]
    await driver("lambda", "RemoveLayerVersionPermission", **version, StatementId="all")
    with pytest.raises(AwsError, match="ResourceNotFoundException"):
        await driver("lambda", "GetLayerVersionPolicy", **version)
