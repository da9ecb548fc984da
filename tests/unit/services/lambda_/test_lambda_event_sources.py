"""Event source mappings: messages of a queue to a function."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import (
    ACCOUNT,
    ARN,
    Failure,
    ScriptedRunner,
    make_function,
    make_queue,
)

from windsock.kernel.errors import AwsError

QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"
URL = f"http://localhost:4566/{ACCOUNT}/jobs"


async def map_queue(driver: Driver, **params: Any) -> dict[str, Any]:
    """A function mapped to a queue `jobs`; CreateEventSourceMapping's answer."""
    await make_function(driver)
    await make_queue(driver, "jobs")
    return await driver(
        "lambda", "CreateEventSourceMapping", FunctionName="work", EventSourceArn=QUEUE, **params
    )


async def send(driver: Driver, *bodies: str, url: str = URL, **params: Any) -> None:
    for body in bodies:
        await driver("sqs", "SendMessage", QueueUrl=url, MessageBody=body, **params)


async def left(driver: Driver) -> int:
    """How many messages the queue holds, received ones included."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = await driver("sqs", "GetQueueAttributes", QueueUrl=URL, AttributeNames=names)
    return sum(int(value) for value in answer["Attributes"].values())


def bodies(runner: ScriptedRunner) -> list[list[str]]:
    """The bodies of each batch."""
    return [[record["body"] for record in event["Records"]] for event in runner.events]


async def test_messages_reach_the_function_and_leave_the_queue(
    driver: Driver, runner: ScriptedRunner
) -> None:
    mapping = await map_queue(driver)
    assert mapping["State"] == "Creating"
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (10, 0)
    assert mapping["FunctionArn"] == f"{ARN}work"
    await send(driver, "hello", MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}})
    await driver.settle()
    ((record,),) = [event["Records"] for event in runner.events]
    assert record["messageId"]
    assert record["receiptHandle"]
    assert record["body"] == "hello"
    assert record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", QUEUE)
    assert record["awsRegion"] == "us-east-1"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"] == {
        "stringValue": "greeting", "stringListValues": [], "binaryListValues": [], "dataType": "String",
    }  # fmt: skip
    assert await left(driver) == 0


async def test_messages_that_were_waiting_come_in_batches(driver: Driver, runner: ScriptedRunner) -> None:
    await make_queue(driver, "jobs")
    await send(driver, *(str(number) for number in range(7)))
    await map_queue(driver, BatchSize=3)
    await driver.settle()
    assert sorted(body for batch in bodies(runner) for body in batch) == [str(n) for n in range(7)]
    assert all(len(batch) <= 3 for batch in bodies(runner))
    assert await left(driver) == 0


async def test_a_window_gathers_messages(driver: Driver, runner: ScriptedRunner) -> None:
    await map_queue(driver, BatchSize=100, MaximumBatchingWindowInSeconds=20)
    await send(driver, "a")
    await driver.advance(10)
    await send(driver, "b")
    await driver.advance(9)
    assert runner.runs == []
    await driver.advance(1)
    assert bodies(runner) == [["a", "b"]]
    await send(driver, *("x" for _ in range(100)))
    await driver.settle()
    assert [len(batch) for batch in bodies(runner)] == [2, 100]


async def test_what_fails_comes_again(driver: Driver, runner: ScriptedRunner) -> None:
    await map_queue(driver)

    def fail(_event: Any) -> Any:
        raise Failure("broken")

    runner.handler = fail
    await send(driver, "a")
    await driver.settle()
    assert await left(driver) == 1
    runner.handler = lambda event: None
    await driver.advance(29)
    assert len(runner.runs) == 1
    await driver.advance(1)
    assert len(runner.runs) == 2
    assert await left(driver) == 0


@pytest.mark.parametrize(
    ("report", "kept"),
    [
        (lambda ids: None, 0),
        (lambda ids: {}, 0),
        (lambda ids: {"batchItemFailures": None}, 0),
        (lambda ids: {"batchItemFailures": []}, 0),
        (lambda ids: {"batchItemFailures": [{"itemIdentifier": ids[0]}]}, 1),
        (lambda ids: {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}, 3),
        (lambda ids: {"batchItemFailures": [{"itemIdentifier": ""}]}, 3),
        (lambda ids: {"batchItemFailures": [{"itemIdentifier": None}]}, 3),
        (lambda ids: {"batchItemFailures": [{"id": ids[0]}]}, 3),
        (lambda ids: {"batchItemFailures": [{"itemIdentifier": "another"}]}, 3),
        (lambda ids: {"batchItemFailures": "all"}, 3),
        (lambda ids: "text", 3),
    ],
)
async def test_partial_failures(driver: Driver, runner: ScriptedRunner, report: Any, kept: int) -> None:
    await make_queue(driver, "jobs")
    await send(driver, "a", "b", "c")
    runner.handler = lambda event: report([record["messageId"] for record in event["Records"]])
    await map_queue(driver, FunctionResponseTypes=["ReportBatchItemFailures"])
    await driver.settle()
    assert len(runner.runs) == 1
    assert await left(driver) == kept


async def test_reports_count_only_where_they_are_asked_for(driver: Driver, runner: ScriptedRunner) -> None:
    await map_queue(driver)
    runner.handler = lambda event: {
        "batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in event["Records"]]
    }
    await send(driver, "a")
    await driver.settle()
    assert await left(driver) == 0


@pytest.mark.parametrize(
    ("pattern", "passing"),
    [
        ({"body": {"kind": ["order"]}}, ['{"kind": "order"}']),
        ({"body": {"total": [{"numeric": [">", 5]}]}}, ['{"total": 7}']),
        ({"body": ["plain"]}, ["plain"]),
        ({"attributes": {"ApproximateReceiveCount": ["2"]}}, []),
    ],
)
async def test_filtered_messages_leave_the_queue(
    driver: Driver, runner: ScriptedRunner, pattern: Any, passing: list[str]
) -> None:
    filters = {"Filters": [{"Pattern": orjson.dumps(pattern).decode()}]}
    await map_queue(driver, FilterCriteria=filters)
    await send(driver, '{"kind": "order"}', '{"total": 7}', "plain")
    await driver.settle()
    assert [body for batch in bodies(runner) for body in batch] == passing
    assert await left(driver) == 0


async def test_fifo_groups_keep_their_order(driver: Driver, runner: ScriptedRunner) -> None:
    await make_function(driver)
    queue = await make_queue(driver, "jobs.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    await driver("lambda", "CreateEventSourceMapping", FunctionName="work", EventSourceArn=queue)
    url = f"http://localhost:4566/{ACCOUNT}/jobs.fifo"
    await send(driver, *(str(number) for number in range(25)), url=url, MessageGroupId="g")
    await driver.settle()
    assert [body for batch in bodies(runner) for body in batch] == [str(number) for number in range(25)]


async def test_disabled_and_enabled_again(driver: Driver, runner: ScriptedRunner) -> None:
    mapping = await map_queue(driver, Enabled=False)
    uuid = mapping["UUID"]
    assert (await driver("lambda", "GetEventSourceMapping", UUID=uuid))["State"] == "Disabled"
    await send(driver, "a")
    await driver.advance(60)
    assert runner.runs == []
    assert (await driver("lambda", "UpdateEventSourceMapping", UUID=uuid, Enabled=True))[
        "State"
    ] == "Enabling"
    await driver.settle()
    assert bodies(runner) == [["a"]]
    updated = await driver("lambda", "UpdateEventSourceMapping", UUID=uuid, Enabled=False, BatchSize=5)
    assert (updated["State"], updated["BatchSize"]) == ("Disabling", 5)
    await send(driver, "b")
    await driver.advance(60)
    assert bodies(runner) == [["a"]]


async def test_a_deleted_mapping_polls_no_more(driver: Driver, runner: ScriptedRunner) -> None:
    uuid = (await map_queue(driver))["UUID"]
    await driver.settle()
    assert (await driver("lambda", "DeleteEventSourceMapping", UUID=uuid))["State"] == "Deleting"
    await send(driver, "a")
    await driver.advance(60)
    assert runner.runs == []
    with pytest.raises(AwsError, match="The resource you requested does not exist"):
        await driver("lambda", "GetEventSourceMapping", UUID=uuid)


async def test_a_throttled_function_gets_its_messages_later(driver: Driver, runner: ScriptedRunner) -> None:
    await map_queue(driver)
    await driver("lambda", "PutFunctionConcurrency", FunctionName="work", ReservedConcurrentExecutions=0)
    await send(driver, "a")
    await driver.advance(10)
    assert await left(driver) == 1
    await driver("lambda", "DeleteFunctionConcurrency", FunctionName="work")
    await driver.advance(60)
    assert bodies(runner) == [["a"]]


async def test_an_idle_mapping_costs_no_instants(driver: Driver, runner: ScriptedRunner) -> None:
    await map_queue(driver)
    await driver.settle()
    commits = driver.engine.store.commits
    await driver.advance(365 * 24 * 3600)
    # What there is are sweeps, of the queue and once a day of the trail: a poll every 20 seconds would be a
    # million and a half.
    assert driver.engine.store.commits - commits < 1000
    await send(driver, "after a year")
    await driver.settle()
    assert bodies(runner) == [["after a year"]]


async def test_a_queue_that_is_made_again_is_polled_again(driver: Driver, runner: ScriptedRunner) -> None:
    await map_queue(driver)
    await driver.settle()
    await driver("sqs", "DeleteQueue", QueueUrl=URL)
    await driver.advance(60)
    await make_queue(driver, "jobs")
    await send(driver, "a")
    await driver.advance(60)
    assert bodies(runner) == [["a"]]


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"FunctionName": "none"}, "InvalidParameterValueException", "Function does not exist"),
        (
            {"EventSourceArn": QUEUE + "-none"},
            "InvalidParameterValueException",
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
            "SQS Error Message: The specified queue does not exist.",
        ),
        ({"EventSourceArn": None}, "InvalidParameterValueException", "Unrecognized event source."),
        (
            {"EventSourceArn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"},
            "InvalidParameterValueException",
            "windsock polls queues of SQS, and nothing of kinesis yet",
        ),
        (
            {"BatchSize": 11},
            "InvalidParameterValueException",
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        ),
        (
            {"FilterCriteria": {"Filters": [{"Pattern": '{"body": {"a": [{"none": 1}]}}'}]}},
            "InvalidParameterValueException",
            "Invalid filter pattern definition.",
        ),
        ({"MaximumRetryAttempts": 1}, "InvalidParameterValueException", "MaximumRetryAttempts"),
        ({}, "ResourceConflictException", "already exists. Please update or delete the existing mapping"),
    ],
)
async def test_what_cannot_be_mapped(driver: Driver, params: dict[str, Any], code: str, message: str) -> None:
    await map_queue(driver)
    with pytest.raises(AwsError) as caught:
        await driver(
            "lambda", "CreateEventSourceMapping",
            **{"FunctionName": "work", "EventSourceArn": QUEUE, **params},
        )  # fmt: skip
    assert caught.value.code == code
    assert message in caught.value.message


async def test_a_visibility_timeout_shorter_than_the_functions(driver: Driver) -> None:
    await make_function(driver, Timeout=60)
    await make_queue(driver, "jobs")
    with pytest.raises(AwsError, match="30 seconds is less than Function timeout: 60 seconds"):
        await driver("lambda", "CreateEventSourceMapping", FunctionName="work", EventSourceArn=QUEUE)


async def test_mappings_are_listed(driver: Driver) -> None:
    uuid = (await map_queue(driver))["UUID"]
    for wanted in ({}, {"FunctionName": "work"}, {"EventSourceArn": QUEUE}):
        listed = await driver("lambda", "ListEventSourceMappings", **wanted)
        assert [each["UUID"] for each in listed["EventSourceMappings"]] == [uuid]
    assert (await driver("lambda", "ListEventSourceMappings", FunctionName="other"))[
        "EventSourceMappings"
    ] == []
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:event-source-mapping:{uuid}"
    await driver("lambda", "TagResource", Resource=arn, Tags={"team": "a"})
    assert (await driver("lambda", "ListTags", Resource=arn))["Tags"] == {"team": "a"}
