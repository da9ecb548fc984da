"""Events for functions: accepted, retried, recorded."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import (
    ACCOUNT,
    ARN,
    Failure,
    ScriptedRunner,
    invoke,
    make_function,
    make_queue,
    received,
)

from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope
from windsock.runner.errors import InvalidRuntime
from windsock.services.lambda_.runs import FunctionRuns

ONE_HOUR = 3600


def failing(runner: ScriptedRunner) -> None:
    def fail(_event: Any) -> Any:
        raise Failure("broken")

    runner.handler = fail


async def send(driver: Driver, event: Any = None, **params: Any) -> dict[str, Any]:
    return await invoke(driver, event=event or {"n": 1}, InvocationType="Event", **params)


async def test_an_event_is_accepted_and_then_run(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    assert await send(driver, {"n": 7}) == {"StatusCode": 202, "Payload": b""}
    await driver.settle()
    assert runner.events == [{"n": 7}]


async def test_the_deprecated_operation(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    answer = await driver("lambda", "InvokeAsync", FunctionName="work", InvokeArgs=b'{"n": 1}')
    assert answer == {"Status": 202}
    await driver.settle()
    assert runner.events == [{"n": 1}]


async def test_a_failure_is_retried_after_one_and_two_minutes(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    failing(runner)
    await send(driver)
    await driver.settle()
    assert len(runner.runs) == 1
    await driver.advance(59)
    assert len(runner.runs) == 1
    await driver.advance(1)
    assert len(runner.runs) == 2
    await driver.advance(119)
    assert len(runner.runs) == 2
    await driver.advance(1)
    assert len(runner.runs) == 3
    await driver.advance(ONE_HOUR)
    assert len(runner.runs) == 3
    assert len({invocation.request_id for _, invocation in runner.runs}) == 1


async def test_a_retry_that_succeeds_is_the_last(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    failing(runner)
    await send(driver)
    await driver.settle()
    runner.handler = lambda event: event
    await driver.advance(ONE_HOUR)
    assert len(runner.runs) == 2


@pytest.mark.parametrize(("retries", "runs"), [(0, 1), (1, 2), (2, 3)])
async def test_as_many_retries_as_are_set(
    driver: Driver, runner: ScriptedRunner, retries: int, runs: int
) -> None:
    await make_function(driver)
    await driver("lambda", "PutFunctionEventInvokeConfig", FunctionName="work", MaximumRetryAttempts=retries)
    failing(runner)
    await send(driver)
    await driver.advance(ONE_HOUR)
    assert len(runner.runs) == runs


@contextlib.asynccontextmanager
async def occupied(driver: Driver) -> AsyncIterator[None]:
    """The one place the function has is taken while the block runs."""
    await driver("lambda", "PutFunctionConcurrency", FunctionName="work", ReservedConcurrentExecutions=1)
    # By no invocation: time does not pass while one is under way.
    gate = driver.engine.part(FunctionRuns)._gate
    with gate.entered(Scope(ACCOUNT, "us-east-1"), "work", 1):
        yield


async def test_throttled_events_wait_for_a_place(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    async with occupied(driver):
        await send(driver)
        await driver.advance(ONE_HOUR)
        assert runner.runs == []
    await driver.advance(300)
    assert len(runner.runs) == 1


async def test_a_function_with_no_place_at_all_is_not_tried(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    failures = await make_queue(driver, "failures")
    await driver("lambda", "PutFunctionConcurrency", FunctionName="work", ReservedConcurrentExecutions=0)
    await driver(
        "lambda", "PutFunctionEventInvokeConfig", FunctionName="work",
        DestinationConfig={"OnFailure": {"Destination": failures}},
    )  # fmt: skip
    await send(driver, {"n": 1})
    await driver.settle()
    (message,) = await received(driver, "failures")
    record = orjson.loads(message["Body"])
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert record["requestPayload"] == {"n": 1}
    assert not {"responseContext", "responsePayload"} & set(record)


async def test_throttles_do_not_count_as_retries(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    async with occupied(driver):
        await send(driver)
        await driver.advance(600)
    failing(runner)
    await driver.advance(ONE_HOUR)
    assert len(runner.runs) == 3


async def test_why_a_function_cannot_run_is_logged(
    driver: Driver, runner: ScriptedRunner, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_event: Any) -> Any:
        raise InvalidRuntime("python2.7 needs a Python 2.7 interpreter")

    await make_function(driver)
    runner.handler = refuse
    await send(driver)
    await driver.settle()
    (line,) = caplog.records
    assert line.getMessage() == "a function cannot run; its event is kept"
    assert "python2.7 needs" in vars(line)["fields"]["error"]
    runner.handler = lambda event: event
    await driver.advance(ONE_HOUR)
    assert runner.events[-1] == {"n": 1}


@pytest.mark.parametrize(("age", "hours"), [(60, 1), (21600, 7)])
async def test_an_event_that_grew_too_old(
    driver: Driver, runner: ScriptedRunner, age: int, hours: int
) -> None:
    await make_function(driver)
    failures = await make_queue(driver, "failures")
    await driver(
        "lambda", "PutFunctionEventInvokeConfig", FunctionName="work", MaximumEventAgeInSeconds=age,
        DestinationConfig={"OnFailure": {"Destination": failures}},
    )  # fmt: skip
    async with occupied(driver):
        await send(driver)
        await driver.advance(age - 1)
        assert await received(driver, "failures") == []
        await driver.advance(hours * ONE_HOUR)
    (message,) = await received(driver, "failures")
    record = orjson.loads(message["Body"])
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responsePayload" not in record
    assert runner.runs == []


async def test_the_record_of_a_success(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    successes = await make_queue(driver, "successes")
    await driver(
        "lambda", "PutFunctionEventInvokeConfig", FunctionName="work",
        DestinationConfig={"OnSuccess": {"Destination": successes}},
    )  # fmt: skip
    runner.handler = lambda event: {"sum": event["n"] + 1}
    await send(driver, {"n": 1})
    await driver.settle()
    (message,) = await received(driver, "successes")
    assert orjson.loads(message["Body"]) == {
        "version": "1.0",
        "timestamp": "2017-01-02T00:00:00.000Z",
        "requestContext": {
            "requestId": runner.runs[0][1].request_id,
            "functionArn": f"{ARN}work:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"n": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"sum": 2},
    }


async def test_the_record_of_a_failure_and_the_dead_letter(driver: Driver, runner: ScriptedRunner) -> None:
    failures = await make_queue(driver, "failures")
    dead = await make_queue(driver, "dead")
    await make_function(driver, DeadLetterConfig={"TargetArn": dead})
    await driver(
        "lambda", "PutFunctionEventInvokeConfig", FunctionName="work",
        DestinationConfig={"OnFailure": {"Destination": failures}},
    )  # fmt: skip
    failing(runner)
    await send(driver, {"n": 1})
    await driver.advance(ONE_HOUR)
    (message,) = await received(driver, "failures")
    record = orjson.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"] == {
        "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
    }  # fmt: skip
    assert record["responsePayload"] == {"errorMessage": "broken", "errorType": "Failure"}
    (letter,) = await received(driver, "dead")
    assert orjson.loads(letter["Body"]) == {"n": 1}
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes == {
        "RequestID": runner.runs[0][1].request_id, "ErrorCode": "200", "ErrorMessage": "broken",
    }  # fmt: skip


async def test_records_to_topics_functions_and_buses(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await make_function(driver, "next")
    queue = await make_queue(driver, "records")
    topic = (await driver("sns", "CreateTopic", Name="records"))["TopicArn"]
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue)
    await driver("events", "PutRule", Name="results", EventPattern='{"source": ["lambda"]}', State="ENABLED")
    await driver("events", "PutTargets", Rule="results", Targets=[{"Id": "q", "Arn": queue}])
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    for destination in (topic, f"{ARN}next", bus):
        await driver(
            "lambda", "PutFunctionEventInvokeConfig", FunctionName="work",
            DestinationConfig={"OnSuccess": {"Destination": destination}},
        )  # fmt: skip
        await send(driver)
        await driver.settle()
    assert runner.runs[-2][0].name == "next"
    assert runner.events[-2]["requestContext"]["condition"] == "Success"
    bodies = [orjson.loads(message["Body"]) for message in await received(driver, "records")]
    assert sorted(body.get("detail-type", "sns") for body in bodies) == [
        "Lambda Function Invocation Result - Success", "sns",
    ]  # fmt: skip


async def test_a_rule_invokes_a_function(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await driver("events", "PutRule", Name="orders", EventPattern='{"source": ["shop"]}')
    await driver("events", "PutTargets", Rule="orders", Targets=[{"Id": "f", "Arn": f"{ARN}work"}])
    await driver(
        "events", "PutEvents", Entries=[{"Source": "shop", "DetailType": "Order", "Detail": '{"n": 1}'}]
    )
    await driver.settle()
    (event,) = runner.events
    assert (event["source"], event["detail"]) == ("shop", {"n": 1})


async def test_a_schedule_invokes_a_function_for_a_week(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await driver("events", "PutRule", Name="often", ScheduleExpression="rate(1 hour)")
    await driver("events", "PutTargets", Rule="often", Targets=[{"Id": "f", "Arn": f"{ARN}work"}])
    await driver.advance(7 * 24 * ONE_HOUR)
    assert len(runner.runs) == 7 * 24


async def test_a_rule_whose_function_is_gone(driver: Driver, runner: ScriptedRunner) -> None:
    dead = await make_queue(driver, "dead")
    await driver("events", "PutRule", Name="orders", EventPattern='{"source": ["shop"]}')
    target = {"Id": "f", "Arn": f"{ARN}gone", "DeadLetterConfig": {"Arn": dead}}
    await driver("events", "PutTargets", Rule="orders", Targets=[target])
    await driver("events", "PutEvents", Entries=[{"Source": "shop", "DetailType": "Order", "Detail": "{}"}])
    await driver.settle()
    (message,) = await received(driver, "dead")
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


async def test_a_topic_invokes_a_function(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    topic = (await driver("sns", "CreateTopic", Name="news"))["TopicArn"]
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="lambda", Endpoint=f"{ARN}work")
    await driver("sns", "Publish", TopicArn=topic, Message="hello")
    await driver.settle()
    (event,) = runner.events
    assert event["Records"][0]["Sns"]["Message"] == "hello"


async def test_event_invoke_configs_are_kept_by_qualifier(driver: Driver) -> None:
    await make_function(driver, Publish=True)
    config = {"FunctionName": "work", "Qualifier": "1"}
    with pytest.raises(AwsError, match=f"The function {ARN}work:1 doesn't have an EventInvokeConfig"):
        await driver("lambda", "GetFunctionEventInvokeConfig", **config)
    with pytest.raises(AwsError, match="You must specify at least one of error handling or destination"):
        await driver("lambda", "PutFunctionEventInvokeConfig", **config)
    with pytest.raises(AwsError, match="The function doesn't exist"):
        await driver("lambda", "PutFunctionEventInvokeConfig", FunctionName="none", MaximumRetryAttempts=1)
    await driver("lambda", "PutFunctionEventInvokeConfig", **config, MaximumRetryAttempts=1)
    await driver("lambda", "UpdateFunctionEventInvokeConfig", **config, MaximumEventAgeInSeconds=90)
    found = await driver("lambda", "GetFunctionEventInvokeConfig", **config)
    del found["LastModified"]
    assert found == {
        "FunctionArn": f"{ARN}work:1",
        "MaximumRetryAttempts": 1,
        "MaximumEventAgeInSeconds": 90,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
    }
    listed = await driver("lambda", "ListFunctionEventInvokeConfigs", FunctionName="work")
    assert [each["FunctionArn"] for each in listed["FunctionEventInvokeConfigs"]] == [f"{ARN}work:1"]
    await driver("lambda", "DeleteFunctionEventInvokeConfig", **config)
    with pytest.raises(AwsError, match="doesn't have an EventInvokeConfig"):
        await driver("lambda", "DeleteFunctionEventInvokeConfig", **config)
