"""What flows through a pipe: batches, filters, enrichment, templates, targets, failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from tests.conftest import Driver
from tests.unit.services.pipes.pipes_helpers import (
    SQS,
    bodies,
    make_pipe,
    make_queues,
    received,
    send,
    waiting,
)

from windsock.engine.tables import metric_minutes
from windsock.kernel.errors import AwsError

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
BODY = {"InputTemplate": "<$.body>"}


@pytest.fixture(autouse=True)
async def queues(driver: Driver) -> None:
    await make_queues(driver)


def filters(*patterns: dict[str, Any]) -> dict[str, Any]:
    return {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(each)} for each in patterns]}}


@pytest.fixture
def functions(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[Any], Any]]:
    """Functions by ARN, in place of processes: each is given the event and returns its result, or raises."""
    known: dict[str, Callable[[Any], Any]] = {}
    call = driver.engine.call
    monkeypatch.setattr(driver.engine, "answers", lambda _service, _operation: True)

    async def calling(service: str, operation: str, params: dict[str, Any], **how: Any) -> Any:
        if (service, operation) != ("lambda", "Invoke"):
            return await call(service, operation, params, **how)
        try:
            result = known[params["FunctionName"]](json.loads(params["Payload"]))
        except ValueError as error:
            return {"FunctionError": "Unhandled", "Payload": str(error).encode()}
        return {"Payload": json.dumps(result).encode()}

    monkeypatch.setattr(driver.engine, "call", calling)
    return known


async def test_a_message_arrives_as_an_event(driver: Driver) -> None:
    await make_pipe(driver)
    attributes = {
        "n": {"DataType": "Number", "StringValue": "1"},
        "b": {"DataType": "Binary", "BinaryValue": b"x"},
    }
    await send(driver, "hello", MessageAttributes=attributes)
    (body,) = await bodies(driver)
    event = json.loads(body)
    assert event.pop("messageId")
    assert event.pop("receiptHandle")
    system = event.pop("attributes")
    assert (system["ApproximateReceiveCount"], system["SentTimestamp"]) == ("1", "1483315200000")
    lists: dict[str, Any] = {"stringListValues": [], "binaryListValues": []}
    assert event == {
        "body": "hello",
        "messageAttributes": {
            "n": {"dataType": "Number", "stringValue": "1", **lists},
            "b": {"dataType": "Binary", "binaryValue": "eA==", **lists},
        },
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "eventSource": "aws:sqs",
        "eventSourceARN": SQS + "in",
        "awsRegion": "us-east-1",
    }
    assert await waiting(driver, "in") == [0, 0]


async def test_what_was_there_before_and_what_comes_later_flows(driver: Driver) -> None:
    await send(driver, *"abc")
    await make_pipe(driver, TargetParameters=BODY)
    assert await bodies(driver) == ["a", "b", "c"]
    await send(driver, "late", DelaySeconds=60)
    assert await bodies(driver) == []
    await driver.advance(60)
    assert await bodies(driver) == ["late"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"n": 12345678901234567890123}', '{"n":12345678901234567890123}'),
        ("NaN", "NaN"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
async def test_odd_bodies_arrive_too(driver: Driver, body: str, expected: str) -> None:
    await make_pipe(driver, TargetParameters=BODY)
    await send(driver, body)
    assert await bodies(driver) == [expected]


async def test_an_idle_pipe_costs_nothing(driver: Driver) -> None:
    await make_pipe(driver)
    commits = driver.engine.store.commits
    await driver.advance(365 * 86_400)
    assert driver.engine.store.commits - commits < 2_000, (
        "no more than what sweeps queues and journal by itself"
    )


async def test_filters_choose_and_drop(driver: Driver) -> None:
    patterns = filters({"body": {"total": [{"numeric": [">", 10]}]}}, {"body": ["plain"]})
    await make_pipe(driver, SourceParameters=patterns, TargetParameters=BODY)
    await send(driver, '{"total": 5}', '{"total": 50}', "plain", "other", "[1]")
    assert await bodies(driver) == ["plain", '{"total":50}']
    assert await waiting(driver, "in") == [0, 0]


async def test_a_window_gathers_a_batch(driver: Driver, functions: dict[str, Callable[[Any], Any]]) -> None:
    batches: list[int] = []
    functions[FUNCTION] = lambda events: batches.append(len(events))
    window = {"SqsQueueParameters": {"BatchSize": 25, "MaximumBatchingWindowInSeconds": 20}}
    await make_pipe(driver, SourceParameters=window, Target=FUNCTION)
    await send(driver, *"ab")
    await driver.advance(19)
    await send(driver, "c")
    assert batches == []
    await driver.advance(1)
    assert batches == [3]
    await send(driver, *(str(number) for number in range(30)))
    assert batches == [3, 25], "a full batch does not wait"
    await driver.advance(20)
    assert batches == [3, 25, 5]
    assert await waiting(driver, "in") == [0, 0]


async def test_a_function_is_given_the_batch(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    seen: list[Any] = []
    functions[FUNCTION] = seen.append
    await make_pipe(driver, Target=FUNCTION, TargetParameters={"InputTemplate": '{"got": <$.body.n>}'})
    await send(driver, '{"n": 1}')
    assert seen == [[{"got": 1}]]


async def test_a_function_that_fails_gets_it_again(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    attempts: list[int] = []

    def failing_twice(events: Any) -> None:
        attempts.append(len(events))
        if len(attempts) < 3:
            raise ValueError("not yet")

    functions[FUNCTION] = failing_twice
    await make_pipe(driver, Target=FUNCTION)
    await send(driver, "a")
    assert await waiting(driver, "in") == [0, 1]
    await driver.advance(29)
    assert attempts == [1]
    await driver.advance(31)
    assert attempts == [1, 1, 1]
    assert await waiting(driver, "in") == [0, 0]
    statement = sa.select(sa.func.sum(metric_minutes.c.total)).where(
        metric_minutes.c.name == "ExecutionFailed", metric_minutes.c.dimensions == '{"PipeName":"p"}'
    )
    assert driver.engine.store.read(lambda tx: tx.scalar(statement)) == 2


async def test_a_function_names_what_failed(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    seen: list[str] = []

    def refusing_b(events: Any) -> dict[str, Any]:
        seen.extend(event["body"] for event in events)
        refused = [event["messageId"] for event in events if event["body"] == "b"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in refused]}

    functions[FUNCTION] = refusing_b
    await send(driver, *"abc")
    await make_pipe(driver, Target=FUNCTION)
    assert sorted(seen) == ["a", "b", "c"]
    assert await waiting(driver, "in") == [0, 1]
    await driver.advance(30)
    assert sorted(seen) == ["a", "b", "b", "c"]


async def test_what_keeps_failing_goes_where_the_queue_says(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    def failing(_events: Any) -> None:
        raise ValueError("never")

    functions[FUNCTION] = failing
    await driver("sqs", "CreateQueue", QueueName="dead")
    policy = json.dumps({"deadLetterTargetArn": SQS + "dead", "maxReceiveCount": 2})
    await driver(
        "sqs", "SetQueueAttributes", QueueUrl="/000000000000/in", Attributes={"RedrivePolicy": policy}
    )
    await make_pipe(driver, Target=FUNCTION)
    await send(driver, "poison")
    await driver.advance(120)
    assert await bodies(driver, "dead") == ["poison"]


async def test_an_enrichment_makes_the_events(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    functions[FUNCTION] = lambda events: [{"name": event.upper(), "from": "f"} for event in events]
    await make_pipe(
        driver,
        Enrichment=FUNCTION,
        EnrichmentParameters=BODY,
        TargetParameters={"InputTemplate": "<$.name> <aws.pipes.enrichment-arn>"},
    )
    await send(driver, "ada")
    assert await bodies(driver) == [f"ADA {FUNCTION}"]


async def test_more_events_than_the_target_takes_at_once_do_not_reach_it(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    functions[FUNCTION] = lambda _events: list(range(11))
    await make_pipe(driver, Enrichment=FUNCTION)
    await send(driver, "a")
    assert await bodies(driver) == []
    assert await waiting(driver, "in") == [0, 1]


@pytest.mark.parametrize("nothing", [[], {}, None])
async def test_an_enrichment_may_leave_nothing(
    driver: Driver, functions: dict[str, Callable[[Any], Any]], nothing: Any
) -> None:
    functions[FUNCTION] = lambda _events: nothing
    await make_pipe(driver, Enrichment=FUNCTION)
    await send(driver, "a")
    assert await bodies(driver) == []
    assert await waiting(driver, "in") == [0, 0]


async def test_an_enrichment_that_fails_leaves_it_to_the_queue(
    driver: Driver, functions: dict[str, Callable[[Any], Any]]
) -> None:
    def failing(_events: Any) -> None:
        raise ValueError("no")

    functions[FUNCTION] = failing
    await make_pipe(driver, Enrichment=FUNCTION)
    await send(driver, "a")
    assert await bodies(driver) == []
    assert await waiting(driver, "in") == [0, 1]


async def test_a_fifo_queue_keeps_its_order(driver: Driver) -> None:
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    for name in ("in.fifo", "out.fifo"):
        await driver("sqs", "CreateQueue", QueueName=name, Attributes=fifo)
    group = {"SqsQueueParameters": {"MessageGroupId": "$.attributes.MessageGroupId"}, **BODY}
    await make_pipe(driver, Source=SQS + "in.fifo", Target=SQS + "out.fifo", TargetParameters=group)
    sent = [f"m{number:02}" for number in range(25)]
    await send(driver, *sent, queue="in.fifo", MessageGroupId="g")
    messages = await received(driver, "out.fifo", AttributeNames=["MessageGroupId"])
    assert [message["Body"] for message in messages] == sent
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"g"}


async def test_a_topic_is_published_to(driver: Driver) -> None:
    topic = (await driver("sns", "CreateTopic", Name="t"))["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=SQS + "out", Attributes=raw)
    await make_pipe(driver, Target=topic, TargetParameters=BODY)
    await send(driver, *(str(number) for number in range(12)))
    assert len(await bodies(driver)) == 12


async def test_events_are_put_on_a_bus(driver: Driver) -> None:
    await driver("events", "PutRule", Name="r", EventPattern='{"detail": {"id": [{"exists": true}]}}')
    await driver("events", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": SQS + "out"}])
    given = {"DetailType": "$.body.type", "Time": "$.body.at", "Resources": ["$.body.id", SQS + "in"]}
    await make_pipe(
        driver,
        Target="arn:aws:events:us-east-1:000000000000:event-bus/default",
        TargetParameters={**BODY, "EventBridgeEventBusParameters": given},
    )
    await send(driver, '{"type": "Opened", "at": "2016-01-01T00:00:00Z", "id": "x"}')
    (body,) = await bodies(driver)
    event = json.loads(body)
    assert (event["source"], event["detail-type"], event["time"]) == (
        "Pipe p",
        "Opened",
        "2016-01-01T00:00:00Z",
    )
    assert (event["resources"], event["detail"]["type"]) == (["x", SQS + "in"], "Opened")


async def test_an_event_that_the_bus_refuses_stays(driver: Driver) -> None:
    bus = "arn:aws:events:us-east-1:000000000000:event-bus/default"
    await send(driver, "{}", "no object")
    await make_pipe(driver, Target=bus, TargetParameters=BODY)
    assert await waiting(driver, "in") == [0, 1]


@pytest.mark.parametrize("stream", ["s", None])
async def test_log_events_are_written(driver: Driver, stream: str | None) -> None:
    await driver("logs", "CreateLogGroup", logGroupName="g")
    given = {"Timestamp": "$.attributes.SentTimestamp"}
    if stream is not None:
        await driver("logs", "CreateLogStream", logGroupName="g", logStreamName=stream)
        given["LogStreamName"] = stream
    await make_pipe(
        driver,
        Target="arn:aws:logs:us-east-1:000000000000:log-group:g",
        TargetParameters={**BODY, "CloudWatchLogsParameters": given},
    )
    await send(driver, "a")
    await send(driver, "b")
    found = await driver("logs", "GetLogEvents", logGroupName="g", logStreamName=stream or "p")
    assert [(event["message"], event["timestamp"]) for event in found["events"]] == [
        ("a", 1_483_315_200_000),
        ("b", 1_483_315_200_000),
    ]


async def test_an_event_may_name_its_log_stream(driver: Driver) -> None:
    await driver("logs", "CreateLogGroup", logGroupName="g")
    for stream in ("one", "two"):
        await driver("logs", "CreateLogStream", logGroupName="g", logStreamName=stream)
    await make_pipe(
        driver,
        Target="arn:aws:logs:us-east-1:000000000000:log-group:g",
        TargetParameters={
            "InputTemplate": "<$.body.says>",
            "CloudWatchLogsParameters": {"LogStreamName": "$.body.stream"},
        },
    )
    for stream, says in (("one", "a"), ("two", "b"), ("one", "c")):
        await send(driver, json.dumps({"stream": stream, "says": says}))
    written = {}
    for stream in ("one", "two"):
        found = await driver("logs", "GetLogEvents", logGroupName="g", logStreamName=stream)
        written[stream] = [event["message"] for event in found["events"]]
    assert written == {"one": ["a", "c"], "two": ["b"]}


async def test_a_queue_that_comes_later_is_found(driver: Driver) -> None:
    await make_pipe(driver, Source=SQS + "later", TargetParameters=BODY)
    await driver.advance(3600)
    await driver("sqs", "CreateQueue", QueueName="later")
    await send(driver, "a", queue="later")
    await driver.advance(600)
    assert await bodies(driver) == ["a"]


async def test_a_target_that_is_gone_leaves_it_to_the_queue(driver: Driver) -> None:
    await driver("sqs", "DeleteQueue", QueueUrl="/000000000000/out")
    await make_pipe(driver, TargetParameters=BODY)
    await send(driver, "a")
    assert await waiting(driver, "in") == [0, 1]
    with pytest.raises(AwsError):
        await bodies(driver)
    await driver("sqs", "CreateQueue", QueueName="out")
    await driver.advance(30)
    assert await bodies(driver) == ["a"]
