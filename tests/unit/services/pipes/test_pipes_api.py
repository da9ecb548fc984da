"""Pipes: made, changed, started, stopped, listed and deleted; what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.pipes.pipes_helpers import ROLE, SQS, bodies, make_pipe, make_queues, send, waiting

from windsock.kernel.errors import AwsError

ARN = "arn:aws:pipes:us-east-1:000000000000:pipe/p"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
START = datetime(2017, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def queues(driver: Driver) -> None:
    await make_queues(driver)


async def state(driver: Driver) -> tuple[str, str]:
    shown = await driver("pipes", "DescribePipe", Name="p")
    return shown["DesiredState"], shown["CurrentState"]


async def test_a_pipe_is_made_and_shown(driver: Driver) -> None:
    source_parameters = {"SqsQueueParameters": {"BatchSize": 5}}
    log_group = "arn:aws:logs:us-east-1:000000000000:log-group:g"
    logging = {"Level": "ERROR", "CloudwatchLogsLogDestinationParameters": {"LogGroupArn": log_group}}
    answer = await make_pipe(
        driver,
        SourceParameters=source_parameters,
        Tags={"a": "b"},
        Description="d",
        LogConfiguration=logging,
    )
    assert answer == {
        "Arn": ARN,
        "Name": "p",
        "DesiredState": "RUNNING",
        "CurrentState": "CREATING",
        "CreationTime": START,
        "LastModifiedTime": START,
    }
    assert await driver("pipes", "DescribePipe", Name="p") == {
        **answer,
        "CurrentState": "RUNNING",
        "Source": SQS + "in",
        "SourceParameters": source_parameters,
        "Target": SQS + "out",
        "RoleArn": ROLE,
        "Description": "d",
        "Tags": {"a": "b"},
        "LogConfiguration": {"Level": "ERROR", "CloudwatchLogsLogDestination": {"LogGroupArn": log_group}},
    }


async def test_a_pipe_stops_and_starts(driver: Driver) -> None:
    await make_pipe(driver)
    answer = await driver("pipes", "StopPipe", Name="p")
    assert (answer["DesiredState"], answer["CurrentState"]) == ("STOPPED", "STOPPING")
    await driver.settle()
    assert await state(driver) == ("STOPPED", "STOPPED")
    await send(driver, "a")
    assert await waiting(driver, "in") == [1, 0]
    answer = await driver("pipes", "StartPipe", Name="p")
    assert answer["CurrentState"] == "STARTING"
    await driver.settle()
    assert await state(driver) == ("RUNNING", "RUNNING")
    assert len(await bodies(driver)) == 1
    assert (await driver("pipes", "StartPipe", Name="p"))["CurrentState"] == "RUNNING"


async def test_a_pipe_may_be_made_to_rest(driver: Driver) -> None:
    await make_pipe(driver, DesiredState="STOPPED")
    assert await state(driver) == ("STOPPED", "STOPPED")
    await send(driver, "a")
    assert await waiting(driver, "in") == [1, 0]


async def test_a_pipe_on_its_way_cannot_be_changed(driver: Driver) -> None:
    await make_pipe(driver)
    await driver("pipes", "StopPipe", Name="p")
    for operation in ("StartPipe", "DeletePipe"):
        with pytest.raises(AwsError) as caught:
            await driver("pipes", operation, Name="p")
        assert (caught.value.code, caught.value.status) == ("ConflictException", 409)
        assert caught.value.details == {"resourceId": "p", "resourceType": "pipe"}


async def test_an_update_changes_what_is_given(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="other")
    await make_pipe(driver, Description="d", TargetParameters={"InputTemplate": "<$.body>"})
    answer = await driver("pipes", "UpdatePipe", Name="p", RoleArn=ROLE, Target=SQS + "other")
    assert answer["CurrentState"] == "UPDATING"
    await driver.settle()
    await send(driver, "a")
    assert await bodies(driver, "other") == ["a"]
    shown = await driver("pipes", "DescribePipe", Name="p")
    assert (shown["Description"], shown["CurrentState"]) == ("d", "RUNNING")


async def test_a_pipe_has_a_batch_size(driver: Driver) -> None:
    await make_pipe(driver)
    shown = await driver("pipes", "DescribePipe", Name="p")
    assert shown["SourceParameters"] == {"SqsQueueParameters": {"BatchSize": 10}}
    assert "TargetParameters" not in shown


async def test_an_empty_value_removes(driver: Driver) -> None:
    filters = {"FilterCriteria": {"Filters": [{"Pattern": '{"body": ["a"]}'}]}}
    template = {"InputTemplate": "<$.body>"}
    await make_pipe(
        driver,
        SourceParameters=filters,
        Enrichment=FUNCTION,
        EnrichmentParameters=template,
        TargetParameters=template,
    )
    await driver.settle()
    await driver(
        "pipes",
        "UpdatePipe",
        Name="p",
        RoleArn=ROLE,
        SourceParameters={"FilterCriteria": {}},
        Enrichment="",
        EnrichmentParameters={"InputTemplate": ""},
        TargetParameters={"InputTemplate": ""},
    )
    shown = await driver("pipes", "DescribePipe", Name="p")
    assert shown["SourceParameters"] == {"SqsQueueParameters": {"BatchSize": 10}}
    assert not shown.keys() & {"Enrichment", "EnrichmentParameters", "TargetParameters"}


async def test_a_deleted_pipe_is_gone(driver: Driver) -> None:
    await make_pipe(driver)
    answer = await driver("pipes", "DeletePipe", Name="p")
    assert (answer["DesiredState"], answer["CurrentState"]) == ("DELETED", "DELETING")
    await driver.settle()
    for operation in ("DescribePipe", "StartPipe", "StopPipe", "DeletePipe"):
        with pytest.raises(AwsError) as caught:
            await driver("pipes", operation, Name="p")
        assert str(caught.value) == "NotFoundException: Pipe p does not exist."
    await send(driver, "a")
    assert await waiting(driver, "in") == [1, 0]


async def test_names_are_unique(driver: Driver) -> None:
    await make_pipe(driver)
    with pytest.raises(AwsError, match="ConflictException: Pipe p already exists"):
        await make_pipe(driver)


async def test_lists_go_by_pages_prefixes_and_states(driver: Driver) -> None:
    for name in ("a1", "a2", "b1"):
        await make_pipe(driver, name, DesiredState="STOPPED" if name == "a2" else "RUNNING")

    async def listed(**params: Any) -> list[str]:
        found = []
        while True:
            page = await driver("pipes", "ListPipes", Limit=1, **params)
            found += [pipe["Name"] for pipe in page["Pipes"]]
            if "NextToken" not in page:
                return found
            params["NextToken"] = page["NextToken"]

    assert await listed() == ["a1", "a2", "b1"]
    assert await listed(NamePrefix="a") == ["a1", "a2"]
    assert await listed(CurrentState="STOPPED") == ["a2"]
    assert await listed(DesiredState="RUNNING") == ["a1", "b1"]
    assert await listed(SourcePrefix=SQS + "in", TargetPrefix=SQS + "other") == []
    with pytest.raises(AwsError, match="Invalid NextToken"):
        await driver("pipes", "ListPipes", NextToken="?")


async def test_tags_of_pipes(driver: Driver) -> None:
    await make_pipe(driver, Tags={"a": "1", "b": "2"})
    await driver("pipes", "TagResource", resourceArn=ARN, tags={"a": "3"})
    await driver("pipes", "UntagResource", resourceArn=ARN, tagKeys=["b", "c"])
    assert await driver("pipes", "ListTagsForResource", resourceArn=ARN) == {"tags": {"a": "3"}}
    with pytest.raises(AwsError, match="NotFoundException"):
        await driver("pipes", "ListTagsForResource", resourceArn=ARN + "x")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"Source": "arn:aws:kinesis:us-east-1:000000000000:stream/s"},
            "windsock does not read from kinesis in pipes yet.",
        ),
        (
            {"Target": "arn:aws:kinesis:us-east-1:000000000000:stream/s"},
            "windsock does not send from pipes to arn:aws:kinesis:us-east-1:000000000000:stream/s yet.",
        ),
        (
            {"Enrichment": "arn:aws:events:us-east-1:000000000000:api-destination/a/b"},
            "windsock does not enrich with events in pipes yet.",
        ),
        ({"Source": "arn:aws:sqs:eu-west-1:000000000000:in"}, "The source must be in region us-east-1."),
        (
            {"SourceParameters": {"SqsQueueParameters": {"BatchSize": 11}}},
            "A BatchSize over 10 needs a MaximumBatchingWindowInSeconds of at least 1.",
        ),
        (
            {"Source": SQS + "in.fifo", "SourceParameters": {"SqsQueueParameters": {"BatchSize": 11}}},
            "The BatchSize of a FIFO queue is at most 10.",
        ),
        (
            {
                "SourceParameters": {
                    "SqsQueueParameters": {"BatchSize": 11, "MaximumBatchingWindowInSeconds": 1}
                }
            },
            f"The BatchSize is at most 10 for target {SQS}out.",
        ),
        (
            {"Target": "arn:aws:events:eu-west-1:000000000000:event-bus/default"},
            "it is of another account or region.",
        ),
        (
            {"SourceParameters": {"KinesisStreamParameters": {"StartingPosition": "LATEST"}}},
            f"KinesisStreamParameters is not supported for source {SQS}in.",
        ),
        (
            {"SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": '{"body": 1}'}]}}},
            "Invalid FilterCriteria: Event pattern is not valid.",
        ),
        ({"TargetParameters": {"InputTemplate": "<aws.pipes.nothing>"}}, "Invalid InputTemplate: "),
        ({"Target": SQS + "out.fifo"}, "SqsQueueParameters.MessageGroupId must be specified"),
        ({"Target": "arn:aws:sns:us-east-1:000000000000:t.fifo"}, "it is a FIFO topic"),
    ],
)
async def test_what_could_not_be_worked_is_refused(
    driver: Driver, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(AwsError) as caught:
        await make_pipe(driver, **params)
    assert caught.value.code == "ValidationException"
    assert message in caught.value.message
