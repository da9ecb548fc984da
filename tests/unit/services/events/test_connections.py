"""Connections and API destinations: what is kept secret, states, updates, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError
from windsock.kernel.models import service_model

BASIC = {"BasicAuthParameters": {"Username": "me", "Password": "hidden"}}
API_KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "hidden"}}


async def connect(driver: Driver, **params: Any) -> dict[str, Any]:
    given = {"Name": "c", "AuthorizationType": "BASIC", "AuthParameters": BASIC, **params}
    return await driver("events", "CreateConnection", **given)


async def described(driver: Driver) -> dict[str, Any]:
    return await driver("events", "DescribeConnection", Name="c")


async def destination(driver: Driver, connection_arn: str, **params: Any) -> dict[str, Any]:
    given = {"Name": "d", "ConnectionArn": connection_arn, "HttpMethod": "POST", **params}
    return await driver("events", "CreateApiDestination", InvocationEndpoint="https://example.com/", **given)


async def test_secrets_are_never_answered(driver: Driver) -> None:
    http = {
        "HeaderParameters": [
            {"Key": "a", "Value": "hidden", "IsValueSecret": True},
            {"Key": "b", "Value": "seen", "IsValueSecret": False},
        ]
    }
    created = await connect(driver, AuthParameters={**BASIC, "InvocationHttpParameters": http})
    found = await described(driver)
    assert found["AuthParameters"] == {
        "BasicAuthParameters": {"Username": "me"},
        "InvocationHttpParameters": {
            "HeaderParameters": [
                {"Key": "a", "IsValueSecret": True},
                {"Key": "b", "Value": "seen", "IsValueSecret": False},
            ]
        },
    }
    listed = await driver("events", "ListConnections")
    assert "hidden" not in f"{created}{found}{listed}"


async def test_an_update_keeps_what_it_does_not_name(driver: Driver) -> None:
    await connect(driver, Description="d")
    await driver(
        "events", "UpdateConnection", Name="c", AuthParameters={"BasicAuthParameters": {"Username": "you"}}
    )
    found = await described(driver)
    assert found["AuthParameters"] == {"BasicAuthParameters": {"Username": "you"}}
    assert found["Description"] == "d"
    await driver("events", "UpdateConnection", Name="c", AuthorizationType="API_KEY", AuthParameters=API_KEY)
    assert (await described(driver))["AuthParameters"] == {"ApiKeyAuthParameters": {"ApiKeyName": "x-key"}}


async def test_a_deauthorized_connection_can_be_authorized_again(driver: Driver) -> None:
    arn = (await connect(driver))["ConnectionArn"]
    await destination(driver, arn)
    answer = await driver("events", "DeauthorizeConnection", Name="c")
    assert answer["ConnectionState"] == "DEAUTHORIZING"
    found = await described(driver)
    assert (found["ConnectionState"], found["AuthParameters"]) == ("DEAUTHORIZED", {})
    assert "SecretArn" not in found
    state = (await driver("events", "DescribeApiDestination", Name="d"))["ApiDestinationState"]
    assert state == "INACTIVE"
    await driver("events", "UpdateConnection", Name="c", AuthParameters=BASIC)
    assert (await described(driver))["ConnectionState"] == "AUTHORIZED"
    state = (await driver("events", "DescribeApiDestination", Name="d"))["ApiDestinationState"]
    assert state == "ACTIVE"


async def test_another_connection_of_the_same_name_is_another(driver: Driver) -> None:
    arn = (await connect(driver))["ConnectionArn"]
    assert (await destination(driver, arn))["ApiDestinationState"] == "ACTIVE"
    assert (await driver("events", "DeleteConnection", Name="c"))["ConnectionState"] == "DELETING"
    await connect(driver)
    (listed,) = (await driver("events", "ListApiDestinations", ConnectionArn=arn))["ApiDestinations"]
    assert listed["ApiDestinationState"] == "INACTIVE"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"AuthParameters": API_KEY},
            "Parameter(s) ApiKeyAuthParameters not supported for AuthorizationType BASIC.",
        ),
        (
            {"AuthParameters": {}},
            "Parameter(s) BasicAuthParameters must be specified for AuthorizationType BASIC.",
        ),
    ],
)
async def test_parameters_must_fit_the_type(driver: Driver, params: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await connect(driver, **params)
    assert (caught.value.code, caught.value.message) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("UpdateConnection", "Failed to update the connection(s). Connection 'x' does not exist."),
        ("DeauthorizeConnection", "Failed to deauthorize the connection(s). Connection 'x' does not exist."),
        ("DeleteConnection", "Failed to delete the connection(s). Connection 'x' does not exist."),
        (
            "DeleteApiDestination",
            "Failed to delete the api-destination(s). An api-destination 'x' does not exist.",
        ),
    ],
)
async def test_what_is_not_there(driver: Driver, operation: str, message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", operation, Name="x")
    assert (caught.value.code, caught.value.message) == ("ResourceNotFoundException", message)


async def test_names_are_taken_once(driver: Driver) -> None:
    arn = (await connect(driver))["ConnectionArn"]
    await destination(driver, arn)
    with pytest.raises(AwsError, match="Connection c already exists"):
        await connect(driver)
    with pytest.raises(AwsError, match="An api-destination 'd' already exists"):
        await destination(driver, arn)
    with pytest.raises(AwsError) as caught:
        await destination(driver, arn.replace("/c/", "/none/"), Name="e")
    assert caught.value.code == "ResourceNotFoundException"


def test_what_the_target_asks_has_no_way_in_from_outside() -> None:
    names = service_model("events").operation_names
    assert not {"PrepareInvocation", "ForgetAuthorization"} & set(names)
