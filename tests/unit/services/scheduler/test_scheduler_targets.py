"""What schedules call: templated and universal targets, input, retries and dead letters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.scheduler.scheduler_helpers import QUEUE, ROLE, bodies, counted, create, messages

from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.services.scheduler.templated_targets import templated_target

ONCE = "at(2017-01-02T00:01:00)"
DEAD = {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead"}
SDK = "arn:aws:scheduler:::aws-sdk:"


@pytest.fixture(autouse=True)
async def queues(driver: Driver) -> None:
    for name in ("q", "dead"):
        await driver("sqs", "CreateQueue", QueueName=name)


async def test_context_attributes_are_replaced(driver: Driver) -> None:
    text = (
        "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> "
        "<aws.scheduler.execution-id> <aws.scheduler.other>"
    )
    arn = await create(driver, ONCE, target={"Input": text})
    await driver.advance(60)
    (body,) = await bodies(driver)
    schedule, time, number, execution, other = body.split()
    assert (schedule, time, number, other) == (arn, "2017-01-02T00:01:00Z", "1", "<aws.scheduler.other>")
    assert len(execution) == 16


async def test_without_input_a_notification_is_sent(driver: Driver) -> None:
    await driver(
        "scheduler",
        "CreateSchedule",
        Name="s",
        ScheduleExpression=ONCE,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": QUEUE, "RoleArn": ROLE},
    )
    await driver.advance(60)
    (body,) = await bodies(driver)
    event = json.loads(body)
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "000000000000",
        "time": "2017-01-02T00:01:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"],
        "detail": "{}",
    }


async def test_a_fifo_queue_needs_a_message_group(driver: Driver) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    await driver("sqs", "CreateQueue", QueueName="q.fifo", Attributes=attributes)
    target: dict[str, Any] = {"Arn": QUEUE + ".fifo"}
    with pytest.raises(AwsError, match="MessageGroupId must be specified"):
        await create(driver, ONCE, target=target)
    await create(driver, ONCE, target={**target, "SqsParameters": {"MessageGroupId": "g"}})
    await driver.advance(60)
    (message,) = await messages(driver, "q.fifo", AttributeNames=["MessageGroupId"])
    assert message["Attributes"] == {"MessageGroupId": "g"}


async def test_a_topic_is_published_to(driver: Driver) -> None:
    topic = (await driver("sns", "CreateTopic", Name="t"))["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=QUEUE, Attributes=raw)
    await create(driver, ONCE, target={"Arn": topic, "Input": "news"})
    await driver.advance(60)
    assert await bodies(driver) == ["news"]


async def test_an_event_is_put_on_a_bus(driver: Driver) -> None:
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["shop"]}')
    await driver("events", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": QUEUE}])
    target = {
        "Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default",
        "EventBridgeParameters": {"DetailType": "Opened", "Source": "shop"},
        "Input": '{"at": "<aws.scheduler.scheduled-time>"}',
    }
    await create(driver, ONCE, target=target)
    await driver.advance(60)
    (body,) = await bodies(driver)
    event = json.loads(body)
    assert (event["detail-type"], event["detail"]) == ("Opened", {"at": "2017-01-02T00:01:00Z"})


async def test_an_event_that_the_bus_refuses_is_a_dead_letter(driver: Driver) -> None:
    target = {
        "Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default",
        "EventBridgeParameters": {"DetailType": "Opened", "Source": "shop"},
        "Input": "[]",
        "DeadLetterConfig": DEAD,
    }
    await create(driver, ONCE, target=target)
    await driver.advance(60)
    (letter,) = await messages(driver, "dead", MessageAttributeNames=["All"])
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "MalformedDetail"


async def test_a_universal_target_is_any_operation(driver: Driver) -> None:
    given = {"QueueName": "made", "Attributes": {"VisibilityTimeout": "7"}}
    await create(driver, ONCE, target={"Arn": SDK + "sqs:createQueue", "Input": json.dumps(given)})
    await driver.advance(60)
    answer = await driver("sqs", "GetQueueAttributes", QueueUrl="/000000000000/made", AttributeNames=["All"])
    assert answer["Attributes"]["VisibilityTimeout"] == "7"


async def test_a_universal_target_takes_context_attributes_and_instants(driver: Driver) -> None:
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["shop"]}')
    await driver("events", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": QUEUE}])
    entry = {
        "Source": "shop",
        "DetailType": "d",
        "Detail": "{}",
        "Time": "2016-01-01T00:00:00Z",
        "Resources": ["<aws.scheduler.scheduled-time>"],
    }
    given = json.dumps({"Entries": [entry]})
    await create(driver, ONCE, target={"Arn": SDK + "eventbridge:putEvents", "Input": given})
    await driver.advance(60)
    (body,) = await bodies(driver)
    event = json.loads(body)
    assert (event["time"], event["resources"]) == ("2016-01-01T00:00:00Z", ["2017-01-02T00:01:00Z"])


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": "queue"}, "Provided Arn is not in correct format."),
        ({"Arn": "arn:aws:s3:::bucket"}, "Provided Arn is not in correct format."),
        ({"Arn": SDK + "sqs:getQueueUrl"}, "getQueueUrl is a read-only API action"),
        ({"Arn": SDK + "sqs:jump"}, "does not name an API action"),
        ({"Arn": SDK + "nothing:jump"}, "does not name an API action"),
        (
            {"Arn": SDK + "groundstation:cancelContact"},
            "windsock does not implement groundstation:CancelContact",
        ),
        (
            {"Arn": "arn:aws:inspector:us-east-1:000000000000:target/0-a/template/0-b"},
            "windsock does not implement inspector:StartAssessmentRun yet",
        ),
        (
            {"Arn": SDK + "sqs:sendMessage", "Input": '{"Body": "b"}'},
            "Invalid RequestJson provided. Reason The field 'Body' is not one of: QueueUrl, MessageBody,",
        ),
        ({"Arn": SDK + "sqs:sendMessage", "Input": "text"}, "Invalid RequestJson provided. Reason It is not"),
        (
            {"Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default"},
            "EventBridgeParameters must be specified",
        ),
        ({"KinesisParameters": {"PartitionKey": "k"}}, "KinesisParameters is not supported for target"),
        (
            {"DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:000000000000:dead"}},
            "The dead-letter queue must be in region us-east-1",
        ),
        ({"Input": "x" * 262_145}, "Input must have at most 262144 bytes"),
    ],
)  # fmt: skip
async def test_what_could_not_be_invoked_is_refused(
    driver: Driver, target: dict[str, Any], message: str
) -> None:
    with pytest.raises(AwsError) as caught:
        await create(driver, ONCE, target=target)
    assert caught.value.code == "ValidationException"
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("arn", "target", "text", "params"),
    [
        (
            "arn:aws:lambda:us-east-1:000000000000:function:f",
            {},
            '{"a":1}',
            {
                "FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:f",
                "InvocationType": "Event",
                "Payload": b'{"a":1}',
            },
        ),
        (
            "arn:aws:states:us-east-1:000000000000:stateMachine:m",
            {},
            "{}",
            {"stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m", "input": "{}"},
        ),
        (
            "arn:aws:kinesis:us-east-1:000000000000:stream/k",
            {"KinesisParameters": {"PartitionKey": "p"}},
            "text",
            {
                "StreamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/k",
                "Data": b"text",
                "PartitionKey": "p",
            },
        ),
        (
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/d",
            {},
            "text",
            {"DeliveryStreamName": "d", "Record": {"Data": b"text"}},
        ),
        (
            "arn:aws:codebuild:us-east-1:000000000000:project/p",
            {"Input": "given"},
            '{"SourceVersion": "main"}',
            {"projectName": "p", "sourceVersion": "main"},
        ),
        ("arn:aws:codepipeline:us-east-1:000000000000:p", {}, "", {"name": "p"}),
        (
            "arn:aws:ecs:us-east-1:000000000000:cluster/c",
            {
                "EcsParameters": {
                    "TaskDefinitionArn": "t",
                    "TaskCount": 2,
                    "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"]}},
                },
                "Input": "given",
            },
            '{"containerOverrides": [{"name": "n"}]}',
            {
                "cluster": "arn:aws:ecs:us-east-1:000000000000:cluster/c",
                "taskDefinition": "t",
                "count": 2,
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s"]}},
                "overrides": {"containerOverrides": [{"name": "n"}]},
            },
        ),
        (
            "arn:aws:sagemaker:us-east-1:000000000000:pipeline/p",
            {"SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "n", "Value": "v"}]}},
            "",
            {"PipelineName": "p", "PipelineParameters": [{"Name": "n", "Value": "v"}]},
        ),
    ],
)
def test_templates_fill_in_what_the_operation_takes(
    arn: str, target: dict[str, Any], text: str, params: dict[str, Any]
) -> None:
    parsed = parse_arn(arn)
    assert parsed is not None
    form = templated_target(parsed)
    assert form is not None
    assert form.call(target, parsed, text, parsed.scope).params == params


async def test_what_retrying_cannot_help_is_a_dead_letter_at_once(driver: Driver) -> None:
    target = {"Arn": QUEUE + "-gone", "Input": "body", "DeadLetterConfig": DEAD}
    arn = await create(driver, ONCE, target=target)
    await driver.advance(60)
    (letter,) = await messages(driver, "dead", MessageAttributeNames=["All"])
    attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
    assert letter["Body"] == "body"
    assert len(attributes.pop("EXECUTION_ID")) == 16
    assert attributes.pop("ERROR_MESSAGE")
    assert attributes.pop("ERROR_CODE").endswith(("QueueDoesNotExist", "NonExistentQueue"))
    assert attributes == {
        "SCHEDULE_ARN": arn,
        "TARGET_ARN": QUEUE + "-gone",
        "SCHEDULED_TIME": "2017-01-02T00:01:00Z",
        "RETRY_ATTEMPTS": "0",
        "IS_PAYLOAD_TRUNCATED": "false",
    }
    counts = ("InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount")
    assert [counted(driver, name) for name in counts] == [1, 1, 1]
    assert counted(driver, "InvocationsSentToDeadLetterCount") == 1


async def test_what_retrying_may_help_is_tried_as_the_policy_says(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = []

    async def failing(service: str, operation: str, params: dict[str, Any], **how: Any) -> Any:
        if operation == "Publish":
            numbers.append(params["Message"])
            raise AwsError("Not now.", code="ServiceUnavailable", status=503)
        return await call(service, operation, params, **how)

    topic = (await driver("sns", "CreateTopic", Name="t"))["TopicArn"]
    target = {
        "Arn": topic,
        "Input": "<aws.scheduler.attempt-number>",
        "RetryPolicy": {"MaximumRetryAttempts": 3},
        "DeadLetterConfig": DEAD,
    }
    await create(driver, ONCE, target=target)
    call = driver.engine.call
    monkeypatch.setattr(driver.engine, "call", failing)
    await driver.advance(600)
    monkeypatch.undo()
    assert numbers == ["1", "2", "3", "4"]
    (letter,) = await messages(driver, "dead", MessageAttributeNames=["All"])
    attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert attributes["RETRY_ATTEMPTS"] == "3"
    assert (attributes["ERROR_CODE"], attributes["ERROR_MESSAGE"]) == ("ServiceUnavailable", "Not now.")
    assert counted(driver, "TargetErrorCount") == 4
