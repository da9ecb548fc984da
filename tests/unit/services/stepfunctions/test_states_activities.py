"""Activities and their workers."""

from __future__ import annotations

import asyncio

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import (
    PREFIX,
    chain,
    counted,
    create,
    describe,
    failure,
    history,
    output,
    run,
    start,
    task,
)

from windsock.kernel.errors import AwsError

WORK = f"{PREFIX}:activity:work"


@pytest.fixture(autouse=True)
async def activity(driver: Driver) -> None:
    await driver("stepfunctions", "CreateActivity", name="work")


async def take(driver: Driver, **params: str) -> dict[str, str]:
    return await driver("stepfunctions", "GetActivityTask", activityArn=WORK, **params)


async def test_made_shown_and_deleted(driver: Driver) -> None:
    assert (await driver("stepfunctions", "CreateActivity", name="work"))["activityArn"] == WORK
    found = await driver("stepfunctions", "DescribeActivity", activityArn=WORK)
    assert found["name"] == "work"
    await driver("stepfunctions", "DeleteActivity", activityArn=WORK)
    await driver("stepfunctions", "DeleteActivity", activityArn=WORK)
    assert await driver("stepfunctions", "ListActivities") == {"activities": []}


async def test_a_worker_does_what_waits_longest(driver: Driver) -> None:
    machine = await create(driver, chain(task(WORK)))
    first, second = [await start(driver, machine, n) for n in (1, 2)]
    for expected in ("1", "2"):
        taken = await take(driver, workerName="w")
        assert taken["input"] == expected
        await driver("stepfunctions", "SendTaskSuccess", taskToken=taken["taskToken"], output=f"[{expected}]")
    assert [await output(driver, each) for each in (first, second)] == [[1], [2]]
    events = await history(driver, first)
    assert [event["type"] for event in events][2:5] == [
        "ActivityScheduled",
        "ActivityStarted",
        "ActivitySucceeded",
    ]
    assert events[3]["activityStartedEventDetails"] == {"workerName": "w"}
    assert counted(driver, "ActivitiesSucceeded", ActivityArn=WORK) == 2


async def test_a_worker_waits_for_work(driver: Driver) -> None:
    machine = await create(driver, chain(task(WORK)))
    worker = asyncio.create_task(take(driver))
    await driver.settle()
    assert not worker.done()
    await start(driver, machine, {"a": 1})
    assert (await worker)["input"] == '{"a": 1}'


async def test_a_minute_and_no_longer(driver: Driver) -> None:
    worker = asyncio.create_task(take(driver))
    await driver.settle()
    await driver.advance(60)
    assert await worker == {}


async def test_what_nobody_waits_for_any_more_is_not_given_out(driver: Driver) -> None:
    machine = await create(driver, chain(task(WORK)))
    execution = await start(driver, machine, 1)
    await driver("stepfunctions", "StopExecution", executionArn=execution)
    await start(driver, machine, 2)
    assert (await take(driver))["input"] == "2"


async def test_time_runs_from_when_a_worker_takes_it(driver: Driver) -> None:
    execution = await run(driver, chain(task(WORK, TimeoutSeconds=10)), seconds=100)
    taken = await take(driver)
    await driver.advance(10)
    assert await failure(driver, execution) == ("States.Timeout", None)
    with pytest.raises(AwsError, match="TaskTimedOut"):
        await driver("stepfunctions", "SendTaskHeartbeat", taskToken=taken["taskToken"])


async def test_a_worker_fails(driver: Driver) -> None:
    execution = await run(driver, chain(task(WORK)))
    taken = await take(driver)
    await driver("stepfunctions", "SendTaskFailure", taskToken=taken["taskToken"], error="E", cause="C")
    assert await failure(driver, execution) == ("E", "C")


async def test_output_that_is_no_json(driver: Driver) -> None:
    execution = await run(driver, chain(task(WORK)))
    taken = await take(driver)
    with pytest.raises(AwsError, match="InvalidOutput"):
        await driver("stepfunctions", "SendTaskSuccess", taskToken=taken["taskToken"], output="no")
    assert (await describe(driver, execution))["status"] == "RUNNING"
