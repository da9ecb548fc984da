"""Executions that start others, and wait for them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import (
    PREFIX,
    chain,
    create,
    describe,
    failure,
    history,
    output,
    run,
    start,
    task,
    types,
)

INNER = chain({"Type": "Wait", "Seconds": 10}, {"Type": "Pass", "Result": {"Arg1": "argument1"}}, prefix="I")


async def nested(driver: Driver, pattern: str, inner: dict[str, Any], **parameters: Any) -> str:
    machine = await create(driver, inner, "inner")
    given = {"StateMachineArn": machine, "Name": "x", "Input": {"a": 1}, **parameters}
    return await run(driver, chain(task(f"states:startExecution{pattern}", Parameters=given)))


async def test_started_and_left_alone(driver: Driver) -> None:
    execution = await nested(driver, "", INNER)
    found = await output(driver, execution)
    assert found["ExecutionArn"] == f"{PREFIX}:execution:inner:x"
    assert (await describe(driver, found["ExecutionArn"]))["status"] == "RUNNING"


@pytest.mark.parametrize(
    ("pattern", "result"), [(".sync", '{"Arg1":"argument1"}'), (".sync:2", {"Arg1": "argument1"})]
)
async def test_waited_for(driver: Driver, pattern: str, result: Any) -> None:
    execution = await nested(driver, pattern, INNER)
    await driver.advance(9)
    assert (await describe(driver, execution))["status"] == "RUNNING"
    await driver.advance(1)
    found = await output(driver, execution)
    assert found.pop("StopDate") - found.pop("StartDate") == 10_000
    assert found == {
        "ExecutionArn": f"{PREFIX}:execution:inner:x",
        "Input": '{"a":1}' if pattern == ".sync" else {"a": 1},
        "InputDetails": {"Included": True},
        "Name": "x",
        "Output": result,
        "OutputDetails": {"Included": True},
        "StateMachineArn": f"{PREFIX}:stateMachine:inner",
        "Status": "SUCCEEDED",
    }
    assert (await types(driver, execution))[2:6] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
    ]


async def test_one_that_is_over_at_once(driver: Driver) -> None:
    execution = await nested(driver, ".sync:2", chain({"Type": "Pass", "Result": 1}, prefix="I"))
    assert (await output(driver, execution))["Output"] == 1


async def test_its_failure_fails_the_task(driver: Driver) -> None:
    inner = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "SomeFailure", "Cause": "It fails."}}}
    error, cause = await failure(driver, await nested(driver, ".sync", inner))
    assert error == "States.TaskFailed"
    told = orjson.loads(cause or "")
    assert (told["Status"], told["Error"], told["Cause"]) == ("FAILED", "SomeFailure", "It fails.")


async def test_stopping_the_one_stops_the_other(driver: Driver) -> None:
    execution = await nested(driver, ".sync", INNER)
    await driver("stepfunctions", "StopExecution", executionArn=execution)
    await driver.settle()
    assert (await describe(driver, f"{PREFIX}:execution:inner:x"))["status"] == "ABORTED"


async def test_without_a_name_it_is_still_started_once(driver: Driver) -> None:
    machine = await create(driver, INNER, "inner")
    given = {"StateMachineArn": machine}
    outer = await create(driver, chain(task("states:startExecution", Parameters=given)))
    executions = [await start(driver, outer) for _ in range(2)]
    await driver.settle()
    started = {(await output(driver, each))["ExecutionArn"] for each in executions}
    listed = await driver("stepfunctions", "ListExecutions", stateMachineArn=machine)
    assert {each["executionArn"] for each in listed["executions"]} == started
    assert len(started) == 2


async def test_a_loop_of_machines_is_told_of_every_end(driver: Driver) -> None:
    innermost = await create(driver, INNER, "m0")
    for depth in range(1, 5):
        parameters = {"StateMachineArn": innermost}
        innermost = await create(
            driver, chain(task("states:startExecution.sync:2", Parameters=parameters)), f"m{depth}"
        )
    execution = await start(driver, innermost)
    await driver.advance(10)
    found = await output(driver, execution)
    for _ in range(3):
        found = found["Output"]
    assert found["Output"] == {"Arg1": "argument1"}
    assert (await history(driver, execution))[-1]["timestamp"].second == 10
