"""Every kind of target: which ARNs it takes, and the call it makes for an event.

The operations that are called are stand-ins which note what they are given; the call chain checks that
against botocore's models first, as it does for everybody.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from tests.conftest import START_MS, Driver

from windsock.engine.engine import Engine
from windsock.engine.operations import Context, Operation
from windsock.engine.rooms import Room, Rooms
from windsock.kernel.arns import parse_arn
from windsock.kernel.clock import VirtualClock
from windsock.kernel.errors import AwsError, UnknownOperation
from windsock.kernel.models import operation_model
from windsock.store.store import Store

ACCOUNT = "000000000000"
REGION = "us-east-1"
HERE = f"{REGION}:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
TOKEN = ANY
WORKGROUP = f"arn:aws:redshift-serverless:{HERE}:workgroup/01234567-89ab-cdef-0123-456789abcdef"


@dataclass(frozen=True)
class Case:
    """One target, and the calls that an event leads to: service, operation, parameters."""

    kind: str
    arn: str
    calls: list[tuple[str, str, dict[str, Any]]]
    target: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(operation for _, operation, _ in self.calls)}"


DETAIL = {"volume": "vol-1", "instance": "i-1", "key": "k"}
BODY = object()  # stands for the event's own text
BODY_BYTES = object()
EVENT = object()
EVENT_ID = object()

CASES = [
    Case(
        "sqs",
        f"arn:aws:sqs:{HERE}:q",
        [("sqs", "SendMessage", {"QueueUrl": f"/{ACCOUNT}/q", "MessageBody": BODY})],
    ),
    Case(
        "sns",
        f"arn:aws:sns:{HERE}:t",
        [("sns", "Publish", {"TopicArn": f"arn:aws:sns:{HERE}:t", "Message": BODY})],
    ),
    Case(
        "logs",
        f"arn:aws:logs:{HERE}:log-group:/g",
        [
            ("logs", "CreateLogStream", {"logGroupName": "/g", "logStreamName": ANY}),
            (
                "logs",
                "PutLogEvents",
                {
                    "logGroupName": "/g",
                    "logStreamName": ANY,
                    "logEvents": [{"timestamp": START_MS, "message": BODY}],
                },
            ),
        ],
    ),
    Case(
        "lambda",
        f"arn:aws:lambda:{HERE}:function:f",
        [
            (
                "lambda",
                "AcceptEvent",
                {"FunctionName": f"arn:aws:lambda:{HERE}:function:f", "Payload": BODY_BYTES},
            )
        ],
    ),
    Case(
        "event-bus",
        f"arn:aws:events:{HERE}:event-bus/b",
        [("events", "ForwardEvent", {"Bus": "b", "Event": EVENT, "Body": BODY_BYTES, "Hops": 1})],
    ),
    Case(
        "ec2-create-snapshot",
        f"arn:aws:events:{HERE}:target/create-snapshot",
        [("ec2", "CreateSnapshot", {"VolumeId": "vol-1"})],
        {"InputPath": "$.detail.volume"},
    ),
    Case(
        "ec2-create-snapshot",
        f"arn:aws:events:{HERE}:target/create-snapshot",
        [("ec2", "CreateSnapshot", {"VolumeId": "vol-2"})],
        {"Input": f'"arn:aws:ec2:{HERE}:volume/vol-2"'},
    ),
    Case(
        "ec2-reboot-instances",
        f"arn:aws:events:{HERE}:target/reboot-instances",
        [("ec2", "RebootInstances", {"InstanceIds": ["i-1"]})],
        {"InputPath": "$.detail.instance"},
    ),
    Case(
        "ec2-stop-instances",
        f"arn:aws:events:{HERE}:target/stop-instances",
        [("ec2", "StopInstances", {"InstanceIds": ["i-1", "i-2"]})],
        {"Input": '["i-1", "i-2"]'},
    ),
    Case(
        "ec2-terminate-instances",
        f"arn:aws:events:{HERE}:target/terminate-instances",
        [("ec2", "TerminateInstances", {"InstanceIds": ["i-3"]})],
        {"Input": '"i-3"'},
    ),
    Case(
        "ssm-run-command",
        f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript",
        [
            (
                "ssm",
                "SendCommand",
                {
                    "DocumentName": "AWS-RunShellScript",
                    "Targets": [{"Key": "InstanceIds", "Values": ["i-1"]}],
                    "Parameters": {"commands": ["date"], "executionTimeout": ["60"]},
                },
            )
        ],
        {
            "RunCommandParameters": {"RunCommandTargets": [{"Key": "InstanceIds", "Values": ["i-1"]}]},
            "Input": '{"commands": ["date"], "executionTimeout": "60"}',
        },
    ),
    Case(
        "ssm-run-command",
        f"arn:aws:ssm:{HERE}:document/mine",
        [("ssm", "SendCommand", {"DocumentName": "mine", "Targets": [{"Key": "tag:a", "Values": ["b"]}]})],
        {"RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:a", "Values": ["b"]}]}},
    ),
    Case(
        "batch",
        f"arn:aws:batch:{HERE}:job-queue/jq",
        [
            (
                "batch",
                "SubmitJob",
                {
                    "jobQueue": f"arn:aws:batch:{HERE}:job-queue/jq",
                    "jobName": "j",
                    "jobDefinition": "d:1",
                    "arrayProperties": {"size": 2},
                    "retryStrategy": {"attempts": 3},
                    "parameters": {"Key": "k"},
                    "containerOverrides": {"environment": [{"name": "A", "value": "b"}]},
                },
            )
        ],
        {
            "BatchParameters": {
                "JobDefinition": "d:1",
                "JobName": "j",
                "ArrayProperties": {"Size": 2},
                "RetryStrategy": {"Attempts": 3},
            },
            "InputTransformer": {
                "InputPathsMap": {"k": "$.detail.key"},
                "InputTemplate": (
                    '{"Parameters": {"Key": <k>}, '
                    '"ContainerOverrides": {"Environment": [{"Name": "A", "Value": "b"}]}}'
                ),
            },
        },
    ),
    Case(
        "codebuild",
        f"arn:aws:codebuild:{HERE}:project/p",
        [
            (
                "codebuild",
                "StartBuild",
                {"projectName": "p", "sourceVersion": "main", "idempotencyToken": TOKEN},
            )
        ],
        {"Input": '{"sourceVersion": "main"}'},
    ),
    Case(
        "codepipeline",
        f"arn:aws:codepipeline:{HERE}:p",
        [("codepipeline", "StartPipelineExecution", {"name": "p", "clientRequestToken": TOKEN})],
    ),
    Case(
        "inspector",
        f"arn:aws:inspector:{HERE}:target/0-a/template/0-b",
        [
            (
                "inspector",
                "StartAssessmentRun",
                {"assessmentTemplateArn": f"arn:aws:inspector:{HERE}:target/0-a/template/0-b"},
            )
        ],
    ),
    Case(
        "redshift-data",
        f"arn:aws:redshift:{HERE}:cluster:c",
        [
            (
                "redshift-data",
                "ExecuteStatement",
                {
                    "ClusterIdentifier": "c",
                    "Database": "dev",
                    "DbUser": "k",
                    "Sql": "select 1",
                    "WithEvent": True,
                    "ClientToken": TOKEN,
                },
            )
        ],
        {
            "RedshiftDataParameters": {
                "Database": "dev",
                "DbUser": "$.detail.key",
                "Sql": "select 1",
                "WithEvent": True,
            }
        },
    ),
    Case(
        "redshift-data",
        WORKGROUP,
        [
            (
                "redshift-data",
                "BatchExecuteStatement",
                {
                    "WorkgroupName": WORKGROUP,
                    "Database": "dev",
                    "SecretArn": f"arn:aws:secretsmanager:{HERE}:secret:s",
                    "Sqls": ["select 1", "select 2"],
                    "WithEvent": False,
                    "ClientToken": TOKEN,
                },
            )
        ],
        {
            "RedshiftDataParameters": {
                "Database": "dev",
                "SecretManagerArn": f"arn:aws:secretsmanager:{HERE}:secret:s",
                "Sqls": ["select 1", "select 2"],
            }
        },
    ),
    Case(
        "sagemaker-pipeline",
        f"arn:aws:sagemaker:{HERE}:pipeline/p",
        [
            (
                "sagemaker",
                "StartPipelineExecution",
                {
                    "PipelineName": "p",
                    "PipelineParameters": [{"Name": "a", "Value": "k"}],
                    "ClientRequestToken": TOKEN,
                },
            )
        ],
        {"SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "a", "Value": "$.detail.key"}]}},
    ),
    Case(
        "ecs",
        f"arn:aws:ecs:{HERE}:cluster/c",
        [
            (
                "ecs",
                "RunTask",
                {
                    "cluster": f"arn:aws:ecs:{HERE}:cluster/c",
                    "taskDefinition": "arn:td",
                    "count": 2,
                    "launchType": "FARGATE",
                    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["s"]}},
                    "enableECSManagedTags": True,
                    "tags": [{"key": "a", "value": "b"}],
                    "startedBy": "events-rule/r",
                    "clientToken": TOKEN,
                    "overrides": {"containerOverrides": [{"name": "main", "command": ["date"]}]},
                },
            )
        ],
        {
            "EcsParameters": {
                "TaskDefinitionArn": "arn:td",
                "TaskCount": 2,
                "LaunchType": "FARGATE",
                "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"]}},
                "EnableECSManagedTags": True,
                "Tags": [{"Key": "a", "Value": "b"}],
            },
            "Input": '{"containerOverrides": [{"name": "main", "command": ["date"]}]}',
        },
    ),
    Case(
        "ecs",
        f"arn:aws:ecs:{HERE}:cluster/c",
        [
            (
                "ecs",
                "RunTask",
                {
                    "cluster": f"arn:aws:ecs:{HERE}:cluster/c",
                    "taskDefinition": "k",
                    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["i-1"]}},
                    "group": "not $.detail.key alone",
                    "startedBy": "events-rule/r",
                    "clientToken": TOKEN,
                },
            )
        ],
        {
            "EcsParameters": {
                "TaskDefinitionArn": "$.detail.key",
                "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["$.detail.instance"]}},
                "Group": "not $.detail.key alone",
            }
        },
    ),
    Case(
        "kinesis",
        f"arn:aws:kinesis:{HERE}:stream/s",
        [
            (
                "kinesis",
                "PutRecord",
                {"StreamName": "s", "Data": BODY_BYTES, "PartitionKey": EVENT_ID},
            )
        ],
    ),
    Case(
        "kinesis",
        f"arn:aws:kinesis:{HERE}:stream/s",
        [("kinesis", "PutRecord", {"StreamName": "s", "Data": BODY_BYTES, "PartitionKey": "k"})],
        {"KinesisParameters": {"PartitionKeyPath": "$.detail.key"}},
    ),
    Case(
        "firehose",
        f"arn:aws:firehose:{HERE}:deliverystream/d",
        [("firehose", "PutRecord", {"DeliveryStreamName": "d", "Record": {"Data": BODY_BYTES}})],
    ),
    Case(
        "state-machine",
        f"arn:aws:states:{HERE}:stateMachine:m",
        [
            (
                "stepfunctions",
                "StartExecution",
                {
                    "stateMachineArn": f"arn:aws:states:{HERE}:stateMachine:m",
                    "name": ANY,
                    "input": BODY,
                },
            )
        ],
    ),
]

# Kinds whose calls are looked at elsewhere: those that talk to something that is not windsock.
ELSEWHERE = {"api-destination": f"arn:aws:events:{HERE}:api-destination/d/1-2"}

ACCEPTED = [*((case.kind, case.arn) for case in CASES), *ELSEWHERE.items()]

NOBODYS = [
    f"arn:aws:events:{REGION}:::",
    f"arn:aws:events:{HERE}:archive/a",
    f"arn:aws:events:{HERE}:api-destination/without-its-id",
    f"arn:aws:events:{HERE}:target/start-instances",
    f"arn:aws:codepipeline:{HERE}:p/stage/action",
    f"arn:aws:kinesis:{HERE}:stream/s/consumer/c:1",
    f"arn:aws:redshift:{HERE}:snapshot:c/s",
    f"arn:aws:states:{HERE}:activity:a",
    f"arn:aws:ec2:{HERE}:instance/i-1",
    "arn:aws:s3:::bucket",
]


class Calls:
    """The operations that stand in for AWS's, and what they were given."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, dict[str, Any]]] = []

    def operation(self, service: str, name: str) -> Operation:
        async def noted(ctx: Context, params: dict[str, Any]) -> dict[str, Any]:
            self.made.append((service, name, params))
            return {}

        return Operation(service, name, "waiting", noted)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
async def world(rooms: Rooms, calls: Calls, empty_database: Path, tmp_path: Path) -> AsyncIterator[Driver]:
    """An engine that has every operation a target calls, as a stand-in."""
    stand_ins: dict[str, dict[str, Operation]] = defaultdict(dict)
    for case in CASES:
        for service, name, _ in case.calls:
            stand_ins[service][name] = calls.operation(service, name)
    loaded = rooms.all()
    for service, operations in stand_ins.items():
        room = loaded.get(service, Room())
        loaded[service] = replace(room, operations={**room.operations, **operations})
    database = shutil.copyfile(empty_database, tmp_path / "windsock.db")
    clock = VirtualClock(START_MS)
    async with Store.open(database, durable=False) as store:
        engine = Engine(store, clock, Rooms({}, loaded))
        await engine.start()
        yield Driver(engine, clock)
        await engine.stop()


def test_every_kind_is_here(rooms: Rooms) -> None:
    assert {kind.name for kind in rooms.target_kinds()} == {kind for kind, _ in ACCEPTED}


@pytest.mark.parametrize(("kind", "text"), ACCEPTED)
def test_one_kind_takes_an_arn(rooms: Rooms, kind: str, text: str) -> None:
    arn = parse_arn(text)
    assert arn is not None
    assert [each.name for each in rooms.target_kinds() if each.accepts(arn)] == [kind]


@pytest.mark.parametrize("text", NOBODYS)
def test_no_kind_takes_other_arns(rooms: Rooms, text: str) -> None:
    arn = parse_arn(text)
    assert arn is not None
    assert [each.name for each in rooms.target_kinds() if each.accepts(arn)] == []


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_an_event_leads_to_the_documented_call(world: Driver, calls: Calls, case: Case) -> None:
    await world("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    target = {"Id": "1", "Arn": case.arn, "RoleArn": ROLE, **case.target}
    await world("events", "PutTargets", Rule="r", Targets=[target])
    entry = {"Source": "mine", "DetailType": "t", "Detail": json.dumps(DETAIL)}
    answer = await world("events", "PutEvents", Entries=[entry])
    await world.settle()
    assert calls.made == [
        (service, name, _expected(params, answer["Entries"][0]["EventId"]))
        for service, name, params in case.calls
    ]
    for service, name, params in calls.made:
        _check_names(service, name, params)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_target_whose_operation_is_not_there_is_refused(driver: Driver, case: Case) -> None:
    service, name, _ = case.calls[-1]
    arn = parse_arn(case.arn)
    kind = driver.engine.targets.of(arn) if arn is not None else None
    if kind is None or kind.needs(case.target) is None or driver.engine.answers(service, name):
        return
    await driver("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    target = {"Id": "1", "Arn": case.arn, "RoleArn": ROLE, **case.target}
    with pytest.raises(AwsError) as caught:
        await driver("events", "PutTargets", Rule="r", Targets=[target])
    assert caught.value.code == "ValidationException"
    assert caught.value.message == f"windsock does not implement {service}:{name} yet."


@pytest.mark.parametrize("given", ['"vol-1"', "{}", "[]", "[1]"])
async def test_an_input_that_names_no_instance(world: Driver, calls: Calls, given: str) -> None:
    await world("events", "PutRule", Name="r", EventPattern='{"source": ["mine"]}')
    arn = f"arn:aws:events:{HERE}:target/stop-instances"
    target = {"Id": "1", "Arn": arn, "RoleArn": ROLE, "Input": given}
    await world("events", "PutTargets", Rule="r", Targets=[target])
    await world("events", "PutEvents", Entries=[{"Source": "mine", "DetailType": "t", "Detail": "{}"}])
    await world.advance(3600)
    assert calls.made == []


def _event(event_id: str) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "t",
        "source": "mine",
        "account": ACCOUNT,
        "time": "2017-01-02T00:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": DETAIL,
    }


def _expected(value: Any, event_id: str) -> Any:
    """Expected parameters, with what only the event tells put in."""
    text = json.dumps(_event(event_id), separators=(",", ":"))
    known = {BODY: text, BODY_BYTES: text.encode(), EVENT: _event(event_id), EVENT_ID: event_id}
    if isinstance(value, dict):
        return {name: _expected(each, event_id) for name, each in value.items()}
    if isinstance(value, list):
        return [_expected(each, event_id) for each in value]
    return known.get(value, value) if type(value) is object else value


def _check_names(service: str, name: str, params: dict[str, Any]) -> None:
    """Every parameter is one of the operation's, where AWS has that operation."""
    try:
        shape = operation_model(service, name).input_shape
    except UnknownOperation:
        return
    assert shape is not None
    assert params.keys() <= shape.members.keys()
