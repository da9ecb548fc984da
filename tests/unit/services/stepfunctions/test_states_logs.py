"""What executions write to CloudWatch Logs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import (
    ACCOUNT,
    REGION,
    ROLE,
    chain,
    create,
    describe,
    start,
)

GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:machines:*"
FAILING = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "SomeFailure", "Cause": "It fails."}}}


@pytest.fixture(autouse=True)
async def group(driver: Driver) -> None:
    await driver("logs", "CreateLogGroup", logGroupName="machines")


async def logged(driver: Driver) -> list[dict[str, Any]]:
    await driver.settle()
    answer = await driver("logs", "FilterLogEvents", logGroupName="machines")
    return [json.loads(event["message"]) for event in answer["events"]]


async def logging(
    driver: Driver, definition: dict[str, Any], level: str, *, data: bool = False, **params: Any
) -> str:
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}]
    configuration = {"level": level, "includeExecutionData": data, "destinations": destinations}
    return await create(driver, definition, loggingConfiguration=configuration, **params)


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
async def test_everything(driver: Driver, kind: str) -> None:
    machine = await logging(
        driver, chain({"Type": "Pass", "Result": {"Arg1": "argument1"}}), "ALL", type=kind
    )
    execution = await start(driver, machine, {"a": 1})
    lines = await logged(driver)
    moment = "1483315200000"
    common = {"event_timestamp": moment, "execution_arn": execution, "redrive_count": "0"}
    assert lines == [
        {
            "id": "1",
            "type": "ExecutionStarted",
            "details": {"roleArn": ROLE},
            "previous_event_id": "0",
            **common,
        },
        {
            "id": "2",
            "type": "PassStateEntered",
            "details": {"name": "S0"},
            "previous_event_id": "0",
            **common,
        },
        {"id": "3", "type": "PassStateExited", "details": {"name": "S0"}, "previous_event_id": "2", **common},
        {"id": "4", "type": "ExecutionSucceeded", "details": {}, "previous_event_id": "3", **common},
    ]


async def test_with_data(driver: Driver) -> None:
    machine = await logging(driver, chain({"Type": "Pass", "Result": 1}), "ALL", data=True)
    await start(driver, machine, {"a": 1})
    lines = await logged(driver)
    assert lines[1]["details"] == {
        "name": "S0",
        "input": '{"a": 1}',
        "inputDetails": {"truncated": False},
    }
    assert lines[3]["details"] == {"output": "1", "outputDetails": {"truncated": False}}


@pytest.mark.parametrize(
    ("level", "types"),
    [
        ("ALL", ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]),
        ("ERROR", ["FailStateEntered", "ExecutionFailed"]),
        ("FATAL", ["ExecutionFailed"]),
        ("OFF", []),
    ],
)
async def test_levels(driver: Driver, level: str, types: list[str]) -> None:
    await start(driver, await logging(driver, FAILING, level))
    assert [line["type"] for line in await logged(driver)] == types


async def test_the_lines_of_an_execution_keep_their_order(driver: Driver) -> None:
    states: list[dict[str, Any]] = [{"Type": "Wait", "Seconds": 1}, {"Type": "Pass"}] * 10
    definition = chain(*states)
    await start(driver, await logging(driver, definition, "ALL"))
    await driver.advance(10)
    numbers = [int(line["id"]) for line in await logged(driver)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == 42


async def test_a_group_that_was_deleted_does_no_harm(driver: Driver) -> None:
    machine = await logging(driver, chain({"Type": "Pass"}), "ALL")
    await driver("logs", "DeleteLogGroup", logGroupName="machines")
    execution = await start(driver, machine)
    await driver.settle()
    assert (await describe(driver, execution))["status"] == "SUCCEEDED"
