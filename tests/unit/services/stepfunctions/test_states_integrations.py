"""What tasks call, what they get, and how they fail."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import Failure, ScriptedRunner, make_function
from tests.unit.services.stepfunctions.states_helpers import (
    ACCOUNT,
    PREFIX,
    REGION,
    bodies,
    chain,
    create,
    describe,
    failure,
    history,
    make_queue,
    output,
    run,
    task,
)

from windsock.runner.contract import FunctionCode, Invocation, Outcome

WORK = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:work"


async def test_a_function_by_its_arn(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    runner.handler = lambda event: {"twice": event["n"] * 2}
    execution = await run(driver, chain(task(WORK)), {"n": 4})
    assert await output(driver, execution) == {"twice": 8}
    assert [event["type"] for event in await history(driver, execution)][2:5] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
    ]


async def test_a_function_by_invoke(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    parameters = {"FunctionName": "work", "Payload": {"a.$": "$.n"}}
    execution = await run(driver, chain(task("lambda:invoke", Parameters=parameters)), {"n": 4})
    found = await output(driver, execution)
    assert runner.events == [{"a": 4}]
    assert (found["Payload"], found["StatusCode"], found["ExecutedVersion"]) == ({"a": 4}, 200, "$LATEST")
    headers = found["SdkHttpMetadata"]["HttpHeaders"]
    assert headers["x-amzn-RequestId"] == found["SdkResponseMetadata"]["RequestId"]


async def test_the_version_of_a_function(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    await driver("lambda", "PublishVersion", FunctionName="work")
    await run(driver, chain(task(f"{WORK}:1")))
    ((code, _),) = runner.runs
    assert code.version == "1"


async def test_a_function_error_is_the_tasks_error(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)

    def fail(event: Any) -> Any:
        raise Failure("Some exception was raised.")

    runner.handler = fail
    for number, resource in enumerate((task(WORK), task("lambda:invoke", Parameters={"FunctionName": WORK}))):
        error, cause = await failure(driver, await run(driver, chain(resource), name=f"m{number}"))
        assert error == "Failure"
        assert json.loads(cause or "") == {
            "errorMessage": "Some exception was raised.",
            "errorType": "Failure",
        }


async def test_a_function_that_is_not_there(driver: Driver) -> None:
    parameters = {"FunctionName": WORK, "Payload": {}}
    error, cause = await failure(
        driver, await run(driver, chain(task("lambda:invoke", Parameters=parameters)))
    )
    assert error == "Lambda.ResourceNotFoundException"
    assert cause is not None
    assert cause.startswith(
        f"Function not found: {WORK}:$LATEST (Service: AWSLambda; Status Code: 404; "
        "Error Code: ResourceNotFoundException; Request ID: "
    )
    assert cause.endswith("; Proxy: null)")


async def test_an_error_without_a_type(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)

    async def timed_out(code: FunctionCode, invocation: Invocation) -> Outcome:
        return Outcome(b'{"errorMessage": "Task timed out"}', "Unhandled", "", "s", 3000.0, None)

    runner.invoke = timed_out  # type: ignore[method-assign]
    error, cause = await failure(driver, await run(driver, chain(task(WORK))))
    assert error == "Lambda.Unknown"
    assert cause is not None
    assert cause.endswith('Returned payload: {"errorMessage": "Task timed out"}')


async def test_messages_to_topics_and_queues(driver: Driver) -> None:
    url = await make_queue(driver)
    topic = (await driver("sns", "CreateTopic", Name="t"))["TopicArn"]
    await driver(
        "sns",
        "Subscribe",
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:q",
        Attributes={"RawMessageDelivery": "true"},
    )
    publish = task("sns:publish", Parameters={"TopicArn": topic, "Message": {"hello": "topic"}})
    send = task("sqs:sendMessage", Parameters={"QueueUrl": url, "MessageBody": {"hello": "queue"}})
    execution = await run(driver, chain({**publish, "ResultPath": "$.sns"}, send), {})
    assert "MessageId" in await output(driver, execution)
    found = await bodies(driver, url)
    assert sorted(found, key=str) == [{"hello": "queue"}, {"hello": "topic"}]


async def test_a_topic_that_is_not_there(driver: Driver) -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:gone"
    parameters = {"TopicArn": topic, "Message": "m"}
    error, cause = await failure(driver, await run(driver, chain(task("sns:publish", Parameters=parameters))))
    assert error == "SNS.NotFoundException"
    assert cause is not None
    assert cause.startswith(
        "Topic does not exist (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: "
    )


async def test_events_name_the_execution_among_their_resources(driver: Driver) -> None:
    url = await make_queue(driver)
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["my.app"]}')
    target = {"Id": "q", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}
    await driver("events", "PutTargets", Rule="r", Targets=[target])
    entry = {"Source": "my.app", "DetailType": "Done", "Detail": {"a": 1}, "Resources": ["first"]}
    execution = await run(driver, chain(task("events:putEvents", Parameters={"Entries": [entry]})))
    assert (await output(driver, execution))["FailedEntryCount"] == 0
    (event,) = await bodies(driver, url)
    assert event["detail"] == {"a": 1}
    assert event["resources"] == ["first", f"{PREFIX}:stateMachine:m", execution]


async def test_an_event_that_is_refused_fails_the_task(driver: Driver) -> None:
    entry = {"Source": "my.app", "DetailType": "Done", "Detail": '"text"'}
    execution = await run(driver, chain(task("events:putEvents", Parameters={"Entries": [entry]})))
    error, cause = await failure(driver, execution)
    assert error == "EventBridge.FailedEntry"
    assert orjson.loads(cause or "") == {
        "FailedEntryCount": 1,
        "Entries": [{"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}],
    }


async def test_any_action_of_the_sdk(driver: Driver) -> None:
    await make_queue(driver)
    action = task("aws-sdk:sqs:getQueueUrl", Parameters={"QueueName": "q"})
    execution = await run(driver, chain(action))
    assert (await output(driver, execution))["QueueUrl"].endswith("/q")


async def test_answers_of_the_sdk_in_pascal_case(driver: Driver) -> None:
    inner = await create(driver, name="inner")
    action = task("aws-sdk:sfn:describeStateMachine", Parameters={"StateMachineArn": inner})
    found = await output(driver, await run(driver, chain(action)))
    assert found["CreationDate"] == "2017-01-02T00:00:00Z"
    assert found["LoggingConfiguration"] == {"Level": "OFF", "IncludeExecutionData": False}


@pytest.mark.parametrize(
    ("resource", "parameters", "error", "cause"),
    [
        (
            "aws-sdk:sfn:sendTaskSuccess",
            {"Output": "1", "TaskToken": "NoSuchTaskToken"},
            "Sfn.InvalidTokenException",
            "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: ",
        ),
        (
            "aws-sdk:sqs:getQueueUrl",
            {"QueueName": "gone"},
            "Sqs.QueueDoesNotExistException",
            "The specified queue does not exist. (Service: Sqs, Status Code: 400, Request ID: ",
        ),
        (
            "aws-sdk:cloudwatchlogs:createLogStream",
            {"LogGroupName": "gone", "LogStreamName": "s"},
            "CloudWatchLogs.ResourceNotFoundException",
            "The specified log group does not exist. (Service: CloudWatchLogs, Status Code: 400",
        ),
        (
            "aws-sdk:groundstation:listSatellites",
            {},
            "GroundStation.GroundStationException",
            "windsock does not implement groundstation:ListSatellites yet. (Service: GroundStation, ",
        ),
    ],
)
async def test_errors_as_the_sdk_names_them(
    driver: Driver, resource: str, parameters: dict[str, Any], error: str, cause: str
) -> None:
    execution = await run(driver, chain(task(resource, Parameters=parameters)))
    found = await failure(driver, execution)
    assert found[0] == error
    assert found[1] is not None
    assert found[1].startswith(cause)


async def test_parameters_that_an_action_does_not_have(driver: Driver) -> None:
    execution = await run(driver, chain(task("aws-sdk:sqs:getQueueUrl", Parameters={"Nope": 1})))
    error, cause = await failure(driver, execution)
    assert error == "States.Runtime"
    assert cause is not None
    assert "could not be used to start the Task" in cause


async def test_calls_are_made_as_the_machines_role_or_the_states_own(driver: Driver) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    who = task("aws-sdk:sts:getCallerIdentity", Parameters={})
    execution = await run(
        driver,
        chain({**who, "ResultPath": "$.first"}, {**who, "Credentials": {"RoleArn": other}}),
        {},
    )
    events = await history(driver, execution)
    exits = [
        event["stateExitedEventDetails"]["output"] for event in events if "stateExitedEventDetails" in event
    ]
    assert "role/machine" in exits[0] or "assumed-role/machine" in exits[0]
    assert "role/other" in exits[1] or "assumed-role/other" in exits[1]


async def test_a_role_of_another_account_acts_there(driver: Driver) -> None:
    other = {"RoleArn": "arn:aws:iam::444455556666:role/other"}
    states = (
        task("aws-sdk:sqs:createQueue", Parameters={"QueueName": "q"}, Credentials=other),
        task(
            "sqs:sendMessage", Parameters={"QueueUrl.$": "$.QueueUrl", "MessageBody": "x"}, Credentials=other
        ),
    )
    execution = await run(driver, chain(*states), {})
    assert (await describe(driver, execution))["status"] == "SUCCEEDED"
    (url,) = (await driver("sqs", "ListQueues", account="444455556666"))["QueueUrls"]
    assert url.endswith("/444455556666/q")


async def test_a_callback(driver: Driver) -> None:
    url = await make_queue(driver)
    parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    execution = await run(driver, chain(task("sqs:sendMessage.waitForTaskToken", Parameters=parameters)))
    (message,) = await bodies(driver, url)
    token = message["token"]
    await driver.advance(3600)
    await driver("stepfunctions", "SendTaskHeartbeat", taskToken=token)
    await driver("stepfunctions", "SendTaskSuccess", taskToken=token, output='{"ok": 1.50}')
    assert (await describe(driver, execution))["output"] == '{"ok": 1.50}'
    with pytest.raises(Exception, match="Task Timed Out: 'Provided task does not exist anymore'"):
        await driver("stepfunctions", "SendTaskSuccess", taskToken=token, output="1")


async def test_a_callback_that_fails(driver: Driver) -> None:
    url = await make_queue(driver)
    parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    execution = await run(driver, chain(task("sqs:sendMessage.waitForTaskToken", Parameters=parameters)))
    (message,) = await bodies(driver, url)
    await driver("stepfunctions", "SendTaskFailure", taskToken=message["token"], error="E", cause="C")
    assert await failure(driver, execution) == ("E", "C")


async def test_heartbeats_that_do_not_come(driver: Driver) -> None:
    url = await make_queue(driver)
    parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    send = task("sqs:sendMessage.waitForTaskToken", Parameters=parameters, HeartbeatSeconds=10)
    execution = await run(driver, chain(send))
    (message,) = await bodies(driver, url)
    await driver.advance(9)
    await driver("stepfunctions", "SendTaskHeartbeat", taskToken=message["token"])
    await driver.advance(9)
    assert (await describe(driver, execution))["status"] == "RUNNING"
    await driver.advance(1)
    assert (await failure(driver, execution))[0] == "States.Timeout"
