"""S4, the state machine: twelve calls of a function in a minute, begun every minute by a rule.

The machine is the article's with an account put in. For two minutes it calls the article's own function,
unchanged; for an hour one whose calls leave messages, as their SentTimestamp tells when they were made.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.aws.conftest import AwsCli, Client
from tests.conftest import Driver
from tests.unit.services.lambda_.lambda_helpers import PACKAGE, ScriptedRunner

from windsock.services.lambda_.runs import FunctionRuns
from windsock.testing import Server

ACCOUNT = "676655494123"
REGION = "us-west-2"
NAME = "WriteMetricFromStepFunction"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{NAME}"
INPUT = '{ "ECSClusterName": "ECSEsgaroth" }'
MINUTES_OF_A_DAY = 1_440

DATA = Path(__file__).parents[1] / "data"
DEFINITION = (DATA / "machine_write_metric.json.txt").read_text().replace("676655494xxx", ACCOUNT)

CLUSTER = [{"Name": "ClusterName", "Value": "ECSEsgaroth"}]
# Each metric, and what DescribeClusters calls it.
COUNTS = {
    "RunningTask": "runningTasksCount",
    "PendingTask": "pendingTasksCount",
    "ActiveServices": "activeServicesCount",
    "RegisteredContainerInstances": "registeredContainerInstancesCount",
}
SAID = (
    "Got boto3 client objects",
    "Retrieved cluster details from ECS",
    "Finished writing metric data",
)

TELLS_OF_ITS_CALL = """
import json

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    url = sqs.get_queue_url(QueueName="calls")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
"""


def zipped(name: str, text: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr(name, text)
    return archive.getvalue()


def test_every_minute_for_an_hour(
    windsock: Server, client: Client, aws: Callable[[str], AwsCli], tmp_path: Path
) -> None:
    windsock.settle()
    lambda_, sqs, states = (client(name, ACCOUNT, REGION) for name in ("lambda", "sqs", "stepfunctions"))
    queue = sqs.create_queue(QueueName="calls")["QueueUrl"]
    lambda_.create_function(
        FunctionName=NAME,
        Runtime="python3.12",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": zipped("index.py", TELLS_OF_ITS_CALL)},
        Timeout=60,
    )
    definition = tmp_path / "definition.json"
    definition.write_text(DEFINITION)
    cli = aws(ACCOUNT)
    cli(
        *("stepfunctions", "create-state-machine", "--name", NAME, "--role-arn", ROLE),
        *("--definition", f"file://{definition}"),
        region=REGION,
    )
    cli(
        *("events", "put-rule", "--name", "metrics", "--schedule-expression", "cron(0/1 * * * ? *)"),
        region=REGION,
    )
    targets = json.dumps([{"Id": "1", "Arn": MACHINE, "RoleArn": ROLE, "Input": INPUT}])
    cli("events", "put-targets", "--rule", "metrics", "--targets", targets, region=REGION)

    windsock.advance(60 * 60)
    cli("events", "disable-rule", "--name", "metrics", region=REGION)
    windsock.advance(60)

    executions = [
        each
        for page in states.get_paginator("list_executions").paginate(stateMachineArn=MACHINE)
        for each in page["executions"]
    ]
    assert len(executions) == 60
    assert {each["status"] for each in executions} == {"SUCCEEDED"}
    assert {(each["stopDate"] - each["startDate"]).total_seconds() for each in executions} == {55.0}

    events = states.get_execution_history(executionArn=executions[0]["executionArn"])["events"]
    assert len(events) == 88
    assert json.loads(events[0]["executionStartedEventDetails"]["input"]) == json.loads(INPUT)
    told = cli(
        *("stepfunctions", "describe-execution", "--execution-arn", executions[0]["executionArn"]),
        *("--query", "status", "--output", "text"),
        region=REGION,
    )
    assert told.strip() == "SUCCEEDED"

    calls = sorted(int(message["Attributes"]["SentTimestamp"]) for message in received(sqs, queue))
    assert len(calls) == 720
    assert {later - earlier for earlier, later in pairwise(calls)} == {5_000}


def test_the_articles_function_writes_its_metrics(
    windsock: Server, client: Client, aws: Callable[[str], AwsCli], tmp_path: Path
) -> None:
    account = "676655494124"
    names = ("lambda", "stepfunctions", "ecs", "cloudwatch", "events", "logs")
    lambda_, states, ecs, cloudwatch, events, logs = (client(name, account, REGION) for name in names)
    run_tasks(ecs, client("ec2", account, REGION))
    windsock.advance(60)
    role = f"arn:aws:iam::{account}:role/{NAME}"
    lambda_.create_function(
        FunctionName=NAME,
        Runtime="python3.6",
        Role=role,
        Handler="lambda_function.handler",
        Code={"ZipFile": zipped("lambda_function.py", (DATA / "function_write_metric.py.txt").read_text())},
        Timeout=60,
    )
    machine = states.create_state_machine(
        name=NAME, definition=DEFINITION.replace(ACCOUNT, account), roleArn=role
    )["stateMachineArn"]
    cloudwatch.put_metric_alarm(
        AlarmName="three-run",
        Namespace="ECS",
        MetricName="RunningTask",
        Dimensions=CLUSTER,
        Statistic="Maximum",
        Period=10,
        EvaluationPeriods=1,
        Threshold=3,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    events.put_rule(Name="metrics", ScheduleExpression="cron(0/1 * * * ? *)")
    events.put_targets(Rule="metrics", Targets=[{"Id": "1", "Arn": machine, "RoleArn": role, "Input": INPUT}])
    began = datetime.fromisoformat(windsock.get("clock")["now"])

    windsock.advance(120)
    alarm = cloudwatch.describe_alarms(AlarmNames=["three-run"])["MetricAlarms"][0]
    events.disable_rule(Name="metrics")
    windsock.advance(60)

    assert alarm["StateValue"] == "ALARM"
    metrics = cloudwatch.list_metrics(Namespace="ECS")["Metrics"]
    assert {each["MetricName"] for each in metrics} == set(COUNTS)
    (cluster,) = ecs.describe_clusters(clusters=["ECSEsgaroth"])["clusters"]
    assert (cluster["runningTasksCount"], cluster["activeServicesCount"]) == (3, 1)
    for metric, count in COUNTS.items():
        found = cloudwatch.get_metric_statistics(
            Namespace="ECS",
            MetricName=metric,
            Dimensions=CLUSTER,
            StartTime=began,
            EndTime=began + timedelta(minutes=4),
            Period=5,
            Statistics=["Average"],
        )["Datapoints"]
        assert len(found) == 24
        assert {each["Average"] for each in found} == {cluster[count]}
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{NAME}")
    lines = Counter(event["message"].strip() for page in pages for event in page["events"])
    for line in SAID:
        assert lines[line] == 24


def run_tasks(ecs: Any, ec2: Any) -> None:
    """A cluster with a service of two tasks, and one task more."""
    ecs.create_cluster(clusterName="ECSEsgaroth")
    ecs.register_task_definition(
        family="app",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "app", "image": "nginx"}],
    )
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    how: dict[str, Any] = {
        "cluster": "ECSEsgaroth",
        "taskDefinition": "app",
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}},
    }
    ecs.create_service(serviceName="site", desiredCount=2, **how)
    ecs.run_task(**how)


def received(sqs: Any, queue: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while some := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["SentTimestamp"]
    ).get("Messages"):
        found += some
    return found


async def test_every_minute_for_a_day(driver: Driver) -> None:
    """The same with a function that runs in this process."""
    runner = ScriptedRunner()
    driver.engine.part(FunctionRuns).use(runner)
    called: list[int] = []

    def note(event: Any) -> Any:
        called.append(driver.engine.clock.now_ms())
        return event

    runner.handler = note
    where = {"account": ACCOUNT, "region": REGION}
    await driver(
        "lambda",
        "CreateFunction",
        FunctionName=NAME,
        Runtime="python3.12",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": PACKAGE},
        **where,
    )
    await driver(
        "stepfunctions", "CreateStateMachine", name=NAME, definition=DEFINITION, roleArn=ROLE, **where
    )
    await driver("events", "PutRule", Name="metrics", ScheduleExpression="cron(0/1 * * * ? *)", **where)
    target = {"Id": "1", "Arn": MACHINE, "RoleArn": ROLE, "Input": INPUT}
    await driver("events", "PutTargets", Rule="metrics", Targets=[target], **where)

    await driver.advance(MINUTES_OF_A_DAY * 60)
    await driver("events", "DisableRule", Name="metrics", **where)
    await driver.advance(60)

    statuses: Counter[str] = Counter()
    params: dict[str, Any] = {"stateMachineArn": MACHINE, "maxResults": 1000, **where}
    while True:
        answer = await driver("stepfunctions", "ListExecutions", **params)
        statuses.update(each["status"] for each in answer["executions"])
        if "nextToken" not in answer:
            break
        params["nextToken"] = answer["nextToken"]
    assert statuses == {"SUCCEEDED": MINUTES_OF_A_DAY}
    assert len(called) == 12 * MINUTES_OF_A_DAY
    gaps = {later - earlier for earlier, later in pairwise(called)}
    assert gaps == {5_000}
