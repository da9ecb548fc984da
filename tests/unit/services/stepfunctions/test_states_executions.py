"""Standard executions: started, stopped, listed, redriven, forgotten; what they tell the world."""

from __future__ import annotations

import json

import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import Failure, ScriptedRunner, make_function
from tests.unit.services.stepfunctions.states_helpers import (
    ACCOUNT,
    PASS,
    REGION,
    bodies,
    chain,
    counted,
    create,
    describe,
    failure,
    history,
    make_queue,
    output,
    run,
    start,
    task,
    types,
)

from windsock.kernel.errors import AwsError

WAIT = chain({"Type": "Wait", "Seconds": 60})
WORK = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:work"
DAY = 86_400


async def test_a_chain_of_passes_ends_with_the_call_that_starts_it(driver: Driver) -> None:
    execution = await start(driver, await create(driver), {"a": 1})
    found = await describe(driver, execution)
    assert (found["status"], found["input"], found["output"]) == ("SUCCEEDED", '{"a": 1}', '{"a": 1}')
    assert found["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    assert await types(driver, execution) == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


async def test_the_same_name_and_input_is_the_same_execution_while_it_runs(driver: Driver) -> None:
    machine = await create(driver, WAIT)
    first = await start(driver, machine, {"a": 1}, name="x")
    assert await start(driver, machine, {"a": 1}, name="x") == first
    with pytest.raises(AwsError, match=f"Execution Already Exists: '{first}'"):
        await start(driver, machine, {"a": 2}, name="x")
    await driver.advance(60)
    with pytest.raises(AwsError, match="ExecutionAlreadyExists"):
        await start(driver, machine, {"a": 1}, name="x")


async def test_history_in_pages_and_backwards(driver: Driver) -> None:
    execution = await run(driver, chain(*[{"Type": "Pass"}] * 20))
    forwards = await history(driver, execution, maxResults=7)
    assert [event["id"] for event in forwards] == list(range(1, 43))
    backwards = await history(driver, execution, maxResults=7, reverseOrder=True)
    assert backwards == forwards[::-1]
    bare = await history(driver, execution, includeExecutionData=False)
    assert all("input" not in event.get("stateEnteredEventDetails", {}) for event in bare)


async def test_a_long_loop_takes_turns_and_others_have_theirs(driver: Driver) -> None:
    states = {
        "More": {
            "Type": "Pass",
            "Parameters": {"n.$": "States.MathAdd($.n, -1)"},
            "Next": "Enough",
        },
        "Enough": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericEquals": 0, "Next": "Done"}],
            "Default": "More",
        },
        "Done": {"Type": "Succeed"},
    }
    execution = await start(driver, await create(driver, {"StartAt": "More", "States": states}), {"n": 1000})
    assert (await describe(driver, execution))["status"] == "RUNNING"
    await driver.settle()
    assert await output(driver, execution) == {"n": 0}
    assert len(await history(driver, execution, maxResults=1000)) == 4004


async def test_stopping(driver: Driver) -> None:
    execution = await start(driver, await create(driver, WAIT))
    await driver("stepfunctions", "StopExecution", executionArn=execution, error="Enough", cause="Because")
    found = await describe(driver, execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "Because")
    assert (await types(driver, execution))[-1] == "ExecutionAborted"
    again = await driver("stepfunctions", "StopExecution", executionArn=execution)
    assert again["stopDate"] == found["stopDate"]
    await driver.advance(120)
    assert len(await types(driver, execution)) == 3


async def test_the_time_of_an_execution_is_limited(driver: Driver) -> None:
    execution = await run(driver, {**WAIT, "TimeoutSeconds": 10}, seconds=10)
    assert (await describe(driver, execution))["status"] == "TIMED_OUT"
    assert (await types(driver, execution))[-1] == "ExecutionTimedOut"


async def test_listing(driver: Driver) -> None:
    machine = await create(driver, WAIT)
    names = [f"x{number}" for number in range(7)]
    for name in names:
        await start(driver, machine, name=name)
        await driver.advance(1)
    for name in names[:2]:
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:m:{name}"
        await driver("stepfunctions", "StopExecution", executionArn=arn)
    first = await driver("stepfunctions", "ListExecutions", stateMachineArn=machine, maxResults=4)
    second = await driver(
        "stepfunctions", "ListExecutions", stateMachineArn=machine, nextToken=first["nextToken"]
    )
    assert [each["name"] for each in first["executions"] + second["executions"]] == names[::-1]
    for status, some in (("RUNNING", names[2:]), ("ABORTED", names[:2]), ("FAILED", [])):
        listed = await driver("stepfunctions", "ListExecutions", stateMachineArn=machine, statusFilter=status)
        assert [each["name"] for each in listed["executions"]] == some[::-1]


async def test_a_function_that_fails_is_tried_again_and_then_caught(
    driver: Driver, runner: ScriptedRunner
) -> None:
    await make_function(driver)

    def fail(event: object) -> object:
        raise Failure("no")

    runner.handler = fail
    retry = [{"ErrorEquals": ["Failure"], "IntervalSeconds": 5, "MaxAttempts": 2, "BackoffRate": 2}]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught", "ResultPath": "$.error-info"}]
    states = {
        "Work": {**task(WORK), "Retry": retry, "Catch": catch, "End": True},
        "Caught": {"Type": "Pass", "End": True},
    }
    execution = await run(driver, {"StartAt": "Work", "States": states}, {"a": 1}, seconds=15)
    assert len(runner.runs) == 3
    caught = (await output(driver, execution))["error-info"]
    assert caught["Error"] == "Failure"
    assert json.loads(caught["Cause"]) == {"errorMessage": "no", "errorType": "Failure"}


async def test_redriving_goes_on_where_it_failed(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)

    def fail(event: object) -> object:
        raise Failure("no")

    runner.handler = fail
    execution = await run(driver, chain({"Type": "Pass", "Result": 1}, task(WORK)))
    assert (await failure(driver, execution))[0] == "Failure"
    assert (await describe(driver, execution))["redriveStatus"] == "REDRIVABLE"
    runner.handler = lambda event: event
    answer = await driver("stepfunctions", "RedriveExecution", executionArn=execution, clientToken="t")
    again = await driver("stepfunctions", "RedriveExecution", executionArn=execution, clientToken="t")
    assert again == answer
    await driver.settle()
    assert await output(driver, execution) == 1
    found = await describe(driver, execution)
    assert (found["redriveCount"], found["redriveDate"]) == (1, answer["redriveDate"])
    assert "ExecutionRedriven" in await types(driver, execution)
    machine = found["stateMachineArn"]
    listed = await driver(
        "stepfunctions", "ListExecutions", stateMachineArn=machine, redriveFilter="REDRIVEN"
    )
    assert len(listed["executions"]) == 1


async def test_what_cannot_be_redriven(driver: Driver) -> None:
    execution = await start(driver, await create(driver))
    with pytest.raises(AwsError, match="Execution is SUCCEEDED and cannot be redriven"):
        await driver("stepfunctions", "RedriveExecution", executionArn=execution)
    failed = await start(driver, await create(driver, {
        "StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}, "f"))  # fmt: skip
    await driver.advance(15 * DAY)
    with pytest.raises(AwsError, match="redrivable period exceeded"):
        await driver("stepfunctions", "RedriveExecution", executionArn=failed)


async def test_status_changes_are_events_on_the_default_bus(driver: Driver) -> None:
    url = await make_queue(driver)
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["aws.states"]}')
    target = {"Id": "q", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}
    await driver("events", "PutTargets", Rule="r", Targets=[target])
    execution = await start(driver, await create(driver), {"a": 1}, name="x")
    await driver.settle()
    running, succeeded = await bodies(driver, url)
    assert running["detail-type"] == "Step Functions Execution Status Change"
    assert running["resources"] == [execution]
    assert running["detail"]["status"] == "RUNNING"
    assert (running["detail"]["output"], running["detail"]["stopDate"]) == (None, None)
    detail = succeeded["detail"]
    assert (detail["status"], detail["input"], detail["output"]) == ("SUCCEEDED", '{"a": 1}', '{"a": 1}')
    assert detail["startDate"] == detail["stopDate"]


async def test_executions_are_measured(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    machine = await create(driver, chain({"Type": "Wait", "Seconds": 2}, task(WORK)))
    await start(driver, machine)
    await driver.advance(2)
    assert counted(driver, "ExecutionsStarted", StateMachineArn=machine) == 1
    assert counted(driver, "ExecutionsSucceeded", StateMachineArn=machine) == 1
    assert counted(driver, "ExecutionTime", StateMachineArn=machine) == 2000
    assert counted(driver, "LambdaFunctionsScheduled", LambdaFunctionArn=WORK) == 1
    assert counted(driver, "LambdaFunctionsSucceeded", LambdaFunctionArn=WORK) == 1


async def test_what_ended_is_forgotten_after_90_days(driver: Driver) -> None:
    machine = await create(driver, PASS)
    execution = await start(driver, machine, name="x")
    await driver.advance(90 * DAY - 1)
    await describe(driver, execution)
    await driver.advance(2)
    with pytest.raises(AwsError, match="ExecutionDoesNotExist"):
        await describe(driver, execution)
    assert await start(driver, machine, name="x") == execution
