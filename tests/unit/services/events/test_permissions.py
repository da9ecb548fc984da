"""The policy of a bus as PutPermission and RemovePermission write it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import AwsError

BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"
STATEMENT: dict[str, Any] = {
    "Action": "events:PutEvents",
    "Principal": "111122223333",
    "StatementId": "friend",
}


async def _policy(driver: Driver) -> str | None:
    policy: str | None = (await driver("events", "DescribeEventBus")).get("Policy")
    return policy


async def test_the_policy_is_written_as_aws_writes_it(driver: Driver) -> None:
    await driver("events", "PutPermission", **STATEMENT)
    condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"}
    await driver(
        "events",
        "PutPermission",
        **STATEMENT | {"Principal": "*", "StatementId": "org", "Condition": condition},
    )
    assert await _policy(driver) == (
        '{"Version":"2012-10-17","Statement":['
        '{"Sid":"friend","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},'
        f'"Action":"events:PutEvents","Resource":"{BUS}"}},'
        '{"Sid":"org","Effect":"Allow","Principal":"*","Action":"events:PutEvents",'
        f'"Resource":"{BUS}","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-1234567890"}}}}}}]}}'
    )


async def test_a_statement_id_put_again_replaces_its_statement(driver: Driver) -> None:
    for principal in ("111122223333", "444455556666"):
        await driver("events", "PutPermission", **STATEMENT | {"Principal": principal})
    policy = json.loads(await _policy(driver) or "")
    assert [each["Principal"]["AWS"] for each in policy["Statement"]] == ["arn:aws:iam::444455556666:root"]


async def test_a_policy_goes_with_its_last_statement(driver: Driver) -> None:
    await driver("events", "PutPermission", **STATEMENT)
    await driver("events", "RemovePermission", StatementId="friend")
    assert await _policy(driver) is None


async def test_a_whole_policy_replaces_what_was_there(driver: Driver) -> None:
    await driver("events", "PutPermission", **STATEMENT)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "events:*", "Resource": BUS}
    await driver("events", "PutPermission", Policy=json.dumps({"Statement": statement}))
    assert json.loads(await _policy(driver) or "") == {"Statement": [statement]}
    await driver("events", "PutPermission", **STATEMENT)
    assert len(json.loads(await _policy(driver) or "")["Statement"]) == 2


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"Principal": "*", "StatementId": "s"}, "Parameter Action must be specified."),
        ({"Action": "events:PutEvents", "StatementId": "s"}, "Parameter Principal must be specified."),
        ({"Action": "events:PutEvents", "Principal": "*"}, "Parameter StatementId must be specified."),
        (STATEMENT | {"Action": "events:PutRule"}, "Provided value in parameter 'action' is not supported."),
        (
            STATEMENT | {"Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"}},
            "Value of the parameter 'principal' must be '*' when the parameter 'condition' is set.",
        ),
        (
            STATEMENT
            | {"Principal": "*", "Condition": {"Type": "StringLike", "Key": "aws:SourceArn", "Value": "*"}},
            "Provided value in parameter 'condition' is not supported.",
        ),
        ({"Policy": "{"}, "This policy contains invalid Json"),
        ({"Policy": "[]"}, "Parameter Policy is not valid."),
        ({"Policy": '{"Statement": [{"Effect": "Allow"}]}'}, "Parameter Policy is not valid."),
        (
            {"Policy": '{"Statement": {"Effect": "Allow", "Action": 1, "Principal": "*"}}'},
            "Parameter Policy is not valid.",
        ),
        (
            STATEMENT | {"Policy": "{}"},
            "Parameter(s) Action, Principal, StatementId cannot be specified together with Policy.",
        ),
    ],
)
async def test_refused_permissions(driver: Driver, params: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutPermission", **params)
    assert (caught.value.code, caught.value.message) == ("ValidationException", message)
    assert await _policy(driver) is None


async def test_a_policy_can_grow_too_long(driver: Driver) -> None:
    with pytest.raises(AwsError) as caught:
        for number in range(100):
            await driver("events", "PutPermission", **STATEMENT | {"StatementId": f"s{number}"})
    assert caught.value.code == "PolicyLengthExceededException"
    assert 10_000 < len(await _policy(driver) or "") <= 10_240


async def test_removing_needs_a_statement_or_all(driver: Driver) -> None:
    with pytest.raises(AwsError, match="Parameter StatementId must be specified"):
        await driver("events", "RemovePermission")


@pytest.mark.parametrize(("operation", "params"), [("PutPermission", STATEMENT), ("RemovePermission", {})])
async def test_a_bus_that_is_not_there(driver: Driver, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(AwsError) as caught:
        await driver("events", operation, EventBusName="nowhere", **params)
    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.message == "Event bus nowhere does not exist."
