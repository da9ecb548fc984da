"""Express executions, waited for or not."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import Failure, ScriptedRunner, make_function
from tests.unit.services.stepfunctions.states_helpers import (
    ACCOUNT,
    PASS,
    PREFIX,
    REGION,
    bodies,
    chain,
    counted,
    create,
    make_queue,
    start,
    task,
)

WORK = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:work"


async def run_sync(driver: Driver, definition: dict[str, Any], given: Any = None) -> dict[str, Any]:
    machine = await create(driver, definition, type="EXPRESS")
    return await driver(
        "stepfunctions", "StartSyncExecution", stateMachineArn=machine, name="n", input=json.dumps(given)
    )


async def test_waited_for(driver: Driver) -> None:
    answer = await run_sync(driver, chain({"Type": "Pass", "Result": {"Arg1": "argument1"}}), {})
    assert answer.pop("startDate") == answer.pop("stopDate")
    arn = answer.pop("executionArn")
    assert arn.startswith(f"{PREFIX}:express:m:n:")
    assert answer == {
        "stateMachineArn": f"{PREFIX}:stateMachine:m",
        "name": "n",
        "status": "SUCCEEDED",
        "input": "{}",
        "inputDetails": {"included": True},
        "output": '{"Arg1":"argument1"}',
        "outputDetails": {"included": True},
        "billingDetails": {"billedDurationInMilliseconds": 100, "billedMemoryUsedInMB": 64},
    }


async def test_a_failure_is_an_answer(driver: Driver) -> None:
    states = {"F": {"Type": "Fail", "Error": "SomeFailure", "Cause": "It fails."}}
    answer = await run_sync(driver, {"StartAt": "F", "States": states})
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "SomeFailure", "It fails.")
    assert "output" not in answer


async def test_tasks_and_retries(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    left = [2]

    def fail_twice(event: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise Failure("not yet")
        return {"got": event}

    runner.handler = fail_twice
    retry = [{"ErrorEquals": ["Failure"], "IntervalSeconds": 1, "BackoffRate": 1}]
    machine = await create(driver, chain(task(WORK, Retry=retry)), type="EXPRESS")
    url = await make_queue(driver)
    await driver("stepfunctions", "UpdateStateMachine", stateMachineArn=machine, definition=json.dumps(
        chain(task(WORK, Retry=retry), task("sqs:sendMessage", Parameters={
            "QueueUrl": url, "MessageBody.$": "$"}))))  # fmt: skip
    await start(driver, machine, {"a": 1})
    await driver.advance(2)
    assert await bodies(driver, url) == [{"got": {"a": 1}}]
    assert counted(driver, "ExecutionsSucceeded", StateMachineArn=machine) == 1
    assert counted(driver, "ExpressExecutionBilledDuration", StateMachineArn=machine) == 2000


async def test_branches_run_side_by_side(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    branches = [
        chain({"Type": "Wait", "Seconds": 5}, {"Type": "Pass", "Result": n}, prefix=f"B{n}") for n in range(3)
    ]
    machine = await create(
        driver,
        chain({"Type": "Parallel", "Branches": branches}, task(WORK)),
        type="EXPRESS",
    )
    await start(driver, machine)
    await driver.advance(5)
    assert runner.events == [[0, 1, 2]]


async def test_five_minutes_and_no_longer(driver: Driver) -> None:
    machine = await create(driver, chain({"Type": "Wait", "Seconds": 400}), type="EXPRESS")
    await start(driver, machine)
    await driver.advance(299)
    assert counted(driver, "ExecutionsTimedOut", StateMachineArn=machine) == 0
    await driver.advance(1)
    assert counted(driver, "ExecutionsTimedOut", StateMachineArn=machine) == 1


async def test_a_long_loop_leaves_others_their_turn(driver: Driver) -> None:
    states = {
        "More": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, -1)"}, "Next": "Enough"},
        "Enough": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 0, "Next": "Done"}],
            "Default": "More",
        },
        "Done": {"Type": "Succeed"},
    }
    answer = await run_sync(driver, {"StartAt": "More", "States": states}, {"n": 500})
    assert answer["output"] == '{"n":0}'


async def test_the_same_name_is_no_obstacle(driver: Driver) -> None:
    machine = await create(driver, PASS, type="EXPRESS")
    first, second = [await start(driver, machine, name="x") for _ in range(2)]
    assert first != second


async def test_a_history_without_end_is_logged_as_it_grows(driver: Driver) -> None:
    group = "/express"
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"
    await driver("logs", "CreateLogGroup", logGroupName=group)
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}
    each = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    items = list(range(7000))
    machine = await create(
        driver,
        chain({"Type": "Map", "ItemProcessor": each}),
        type="EXPRESS",
        loggingConfiguration={"level": "ALL", "destinations": [destination]},
    )
    answer = await driver(
        "stepfunctions", "StartSyncExecution", stateMachineArn=machine, input=json.dumps(items)
    )
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", items)
    await driver.settle()
    ids: list[int] = []
    more: dict[str, str] = {}
    while True:
        answer = await driver("logs", "FilterLogEvents", logGroupName=group, **more)
        ids += [int(json.loads(line["message"])["id"]) for line in answer["events"]]
        if "nextToken" not in answer:
            break
        more = {"nextToken": answer["nextToken"]}
    # The start and the end of the execution and of the Map, six in all; four events an item.
    assert ids == list(range(1, 6 + 4 * len(items) + 1))
