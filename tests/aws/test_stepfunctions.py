"""Step Functions from outside: boto3 and the AWS CLI against a running server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import AwsCli, Client

from windsock.testing import Server

ACCOUNT = "400000000001"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/machine"


def machine(*states: dict[str, Any]) -> str:
    """A definition of states that follow one another."""
    last = len(states) - 1
    named = {
        f"S{at}": {**state, **({"End": True} if at == last else {"Next": f"S{at + 1}"})}
        for at, state in enumerate(states)
    }
    return json.dumps({"StartAt": "S0", "States": named})


def test_a_journey_with_the_cli(windsock: Server, aws: Callable[[str], AwsCli], tmp_path: Path) -> None:
    cli = aws(ACCOUNT)
    definition = tmp_path / "machine.json"
    definition.write_text(machine({"Type": "Wait", "Seconds": 3600}, {"Type": "Pass", "Result": {"done": 1}}))
    made = json.loads(
        cli(
            *("stepfunctions", "create-state-machine", "--name", "journey", "--role-arn", ROLE),
            *("--definition", f"file://{definition}", "--tags", "key=team,value=ops"),
        )
    )
    arn = made["stateMachineArn"]
    started = json.loads(
        cli(
            *("stepfunctions", "start-execution", "--state-machine-arn", arn, "--name", "first"),
            *("--input", '{"a": 1}'),
        )
    )
    execution = started["executionArn"]
    assert execution == f"arn:aws:states:{REGION}:{ACCOUNT}:execution:journey:first"
    described = json.loads(cli("stepfunctions", "describe-execution", "--execution-arn", execution))
    assert described["status"] == "RUNNING"
    windsock.advance(3600)
    described = json.loads(cli("stepfunctions", "describe-execution", "--execution-arn", execution))
    assert (described["status"], json.loads(described["output"])) == ("SUCCEEDED", {"done": 1})
    types = cli(
        *("stepfunctions", "get-execution-history", "--execution-arn", execution),
        *("--query", "events[].type", "--output", "text"),
    )
    assert types.split() == [
        "ExecutionStarted",
        "WaitStateEntered",
        "WaitStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    listed = json.loads(cli("stepfunctions", "list-executions", "--state-machine-arn", arn))
    assert [each["name"] for each in listed["executions"]] == ["first"]
    refused = cli(
        *("stepfunctions", "start-execution", "--state-machine-arn", arn, "--name", "first"), check=False
    )
    assert "(ExecutionAlreadyExists)" in refused
    cli("stepfunctions", "delete-state-machine", "--state-machine-arn", arn)
    assert json.loads(cli("stepfunctions", "list-state-machines"))["stateMachines"] == []


def test_a_worker_of_an_activity(windsock: Server, client: Client) -> None:
    states = client("stepfunctions", ACCOUNT)
    activity = states.create_activity(name="approve")["activityArn"]
    arn = states.create_state_machine(
        name="activity",
        definition=machine({"Type": "Task", "Resource": activity, "TimeoutSeconds": 600}),
        roleArn=ROLE,
    )["stateMachineArn"]

    def work() -> None:
        task = states.get_activity_task(activityArn=activity, workerName="worker-1")
        states.send_task_heartbeat(taskToken=task["taskToken"])
        answer = {"approved": json.loads(task["input"])["amount"] < 100}
        states.send_task_success(taskToken=task["taskToken"], output=json.dumps(answer))

    worker = threading.Thread(target=work)
    worker.start()
    execution = states.start_execution(stateMachineArn=arn, input='{"amount": 7}')["executionArn"]
    worker.join()
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"approved": True})
    states.delete_state_machine(stateMachineArn=arn)


def task(resource: str, **fields: Any) -> dict[str, Any]:
    """A Task by an integration."""
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", **fields}


Run = Callable[[str, str], Any]


@pytest.fixture
def run(windsock: Server, client: Client) -> Run:
    """`run(name, definition)`: what is described of the one execution of a new machine, an hour later."""
    states = client("stepfunctions", ACCOUNT)

    def run(name: str, definition: str) -> Any:
        arn = states.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        windsock.advance(3600)
        return states.describe_execution(executionArn=execution)

    return run


def output_of(execution: Any) -> Any:
    """The output of an execution that succeeded."""
    assert execution["status"] == "SUCCEEDED", execution
    return json.loads(execution["output"])


def test_items_of_a_table_and_errors_of_it(client: Client, run: Run) -> None:
    client("dynamodb", ACCOUNT).create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"id": {"S": "a"}, "n": {"N": "1"}}
    put = {"TableName": "orders", "Item": item}
    get = {"TableName": "orders", "Key": {"id": {"S": "a"}}}
    resource = "arn:aws:states:::dynamodb:"
    definition = machine(
        {"Type": "Task", "Resource": resource + "putItem", "Parameters": put},
        {"Type": "Task", "Resource": resource + "getItem", "Parameters": get},
    )
    assert output_of(run("table", definition))["Item"] == item
    failing = machine(
        {"Type": "Task", "Resource": resource + "getItem", "Parameters": {**get, "TableName": "gone"}}
    )
    assert run("no-table", failing)["error"] == "DynamoDB.ResourceNotFoundException"


def test_a_distributed_map_over_a_large_csv(client: Client, run: Run) -> None:
    s3, states = client("s3", ACCOUNT), client("stepfunctions", ACCOUNT)
    s3.create_bucket(Bucket="readings")
    lines = ["station,degrees", *(f"station-{at:04},{at}" for at in range(6000))]
    s3.put_object(Bucket="readings", Key="in.csv", Body="\n".join(lines).encode())
    state = {
        "Type": "Map",
        "MaxConcurrency": 20,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket": "readings", "Key": "in.csv"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": 1000},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Count",
            "States": {
                "Count": {
                    "Type": "Pass",
                    "Parameters": {
                        "count.$": "States.ArrayLength($.Items)",
                        "first.$": "$.Items[0].station",
                    },
                    "End": True,
                }
            },
        },
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "readings", "Prefix": "out"},
        },
    }
    execution = run("csv", machine(state))
    where = output_of(execution)["ResultWriterDetails"]
    manifest = json.loads(s3.get_object(**where)["Body"].read())
    (file,) = manifest["ResultFiles"]["SUCCEEDED"]
    children = json.loads(s3.get_object(Bucket="readings", Key=file["Key"])["Body"].read())
    outputs = [json.loads(child["Output"]) for child in children]
    assert outputs == [{"count": 1000, "first": f"station-{at}000"} for at in range(6)]
    (listed,) = states.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]
    described = states.describe_map_run(mapRunArn=listed["mapRunArn"])
    assert (described["status"], described["itemCounts"]["succeeded"]) == ("SUCCEEDED", 6000)


def test_objects_through_the_sdk_integration(client: Client, run: Run) -> None:
    s3 = client("s3", ACCOUNT)
    s3.create_bucket(Bucket="texts")
    text = "abcdefgh" * 10_000
    s3.put_object(Bucket="texts", Key="large", Body=text.encode())
    resource = "arn:aws:states:::aws-sdk:s3:getObject"
    got = machine({"Type": "Task", "Resource": resource, "Parameters": {"Bucket": "texts", "Key": "large"}})
    assert output_of(run("object", got))["Body"] == text
    gone = machine({"Type": "Task", "Resource": resource, "Parameters": {"Bucket": "texts", "Key": "no"}})
    assert run("no-object", gone)["error"] == "S3.NoSuchKeyException"


def test_a_job_that_is_waited_for(client: Client, run: Run) -> None:
    s3 = client("s3", ACCOUNT)
    s3.create_bucket(Bucket="job-scripts")
    s3.put_object(Bucket="job-scripts", Key="sums.py", Body=b"print(1 + 1)")
    script = {"Name": "glueetl", "ScriptLocation": "s3://job-scripts/sums.py"}
    client("glue", ACCOUNT).create_job(Name="sums", Role=ROLE, Command=script)
    definition = machine(task("glue:startJobRun.sync", Parameters={"JobName": "sums"}))
    output = output_of(run("job", definition))
    assert (output["JobName"], output["JobRunState"]) == ("sums", "SUCCEEDED")
    client("glue", ACCOUNT).create_job(
        Name="none", Role=ROLE, Command={**script, "ScriptLocation": "s3://a/b"}
    )
    failed = run("failing-job", machine(task("glue:startJobRun.sync", Parameters={"JobName": "none"})))
    assert failed["error"] == "States.TaskFailed"
    assert json.loads(failed["cause"])["JobRunState"] == "FAILED"


def test_what_nobody_answers_fails_the_task_and_says_so(run: Run) -> None:
    asked = {"ModelId": "amazon.titan-text-lite-v1", "Body": {"inputText": "?"}}
    failed = run("model", machine(task("bedrock:invokeModel", Parameters=asked)))
    assert failed["status"] == "FAILED"
    assert "windsock does not implement bedrock-runtime:InvokeModel yet" in failed["cause"]


CLUSTER = {
    "Name": "numbers",
    "ReleaseLabel": "emr-7.0.0",
    "ServiceRole": "EMR_DefaultRole",
    "JobFlowRole": "EMR_EC2_DefaultRole",
    "Instances": {
        "KeepJobFlowAliveWhenNoSteps": True,
        "InstanceCount": 1,
        "MasterInstanceType": "m5.xlarge",
    },
}
STEP = {"Name": "s", "ActionOnFailure": "CONTINUE", "HadoopJarStep": {"Jar": "command-runner.jar"}}
EMR = "elasticmapreduce:"
IN_CLUSTER = {"ClusterId.$": "$.ClusterId"}


def test_clusters_of_emr(client: Client, run: Run) -> None:
    definition = machine(
        task(EMR + "createCluster.sync", Parameters=CLUSTER),
        task(EMR + "addStep", Parameters={**IN_CLUSTER, "Step": STEP}, ResultPath="$.added"),
        task(EMR + "terminateCluster.sync", Parameters=IN_CLUSTER),
    )
    output = output_of(run("emr", definition))
    assert output["Cluster"]["Status"]["State"] == "TERMINATED"
    (step,) = client("emr", ACCOUNT).list_steps(ClusterId=output["ClusterId"])["Steps"]
    assert step["Name"] == "s"


def test_clusters_of_eks(client: Client, run: Run) -> None:
    role = ROLE.replace("machine", "eks")
    cluster = {"Name": "k", "RoleArn": role, "ResourcesVpcConfig": {"SubnetIds": ["subnet-1"]}}
    group = {"ClusterName": "k", "NodegroupName": "g"}
    made = {**group, "NodeRole": role, "Subnets": ["subnet-1"]}
    definition = machine(
        task("eks:createCluster.sync", Parameters=cluster, ResultPath="$.made"),
        task("eks:createNodegroup.sync", Parameters=made, ResultPath="$.group"),
        task("eks:deleteNodegroup.sync", Parameters=group, ResultPath=None),
        task("eks:deleteCluster.sync", Parameters={"Name": "k"}, ResultPath=None),
    )
    output = output_of(run("eks", definition))
    assert output["made"]["Cluster"]["Status"] == "ACTIVE"
    assert output["group"]["Nodegroup"]["NodegroupName"] == "g"
    assert client("eks", ACCOUNT).list_clusters()["clusters"] == []


def express(windsock: Server, client: Client) -> tuple[Any, str]:
    """A client whose host names are left as they are, and an Express machine."""
    states = client("stepfunctions", ACCOUNT)
    arn = states.create_state_machine(
        name="express",
        type="EXPRESS",
        definition=machine({"Type": "Pass", "Parameters": {"twice.$": "States.MathAdd($.n, $.n)"}}),
        roleArn=ROLE,
    )["stateMachineArn"]
    plain = boto3.client(
        "stepfunctions",
        endpoint_url=windsock.endpoint,
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="test",
        config=botocore.config.Config(inject_host_prefix=False),
    )
    return plain, arn


def test_an_express_execution_that_is_waited_for(windsock: Server, client: Client) -> None:
    states, arn = express(windsock, client)
    answer = states.start_sync_execution(stateMachineArn=arn, name="now", input='{"n": 4}')
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"twice": 8})
    assert answer["billingDetails"] == {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100}


def test_the_sync_prefix_of_the_host(windsock: Server, client: Client) -> None:
    """The SDKs put `sync-` before the host; a name below localhost takes that without a name server."""
    _, arn = express(windsock, client)
    port = windsock.endpoint.rpartition(":")[2]
    states = boto3.client(
        "stepfunctions",
        endpoint_url=f"http://states.localhost:{port}",
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="test",
    )
    try:
        answer = states.start_sync_execution(stateMachineArn=arn, input='{"n": 1}')
    except botocore.exceptions.EndpointConnectionError:
        pytest.skip("this machine does not resolve names below localhost")
    assert answer["status"] == "SUCCEEDED"


def test_pages_and_errors(windsock: Server, client: Client) -> None:
    states = client("stepfunctions", ACCOUNT)
    arn = states.create_state_machine(name="pages", definition=machine({"Type": "Pass"}), roleArn=ROLE)[
        "stateMachineArn"
    ]
    for _ in range(12):
        states.start_execution(stateMachineArn=arn)
    pages = states.get_paginator("list_executions").paginate(
        stateMachineArn=arn, PaginationConfig={"PageSize": 5}
    )
    assert [len(page["executions"]) for page in pages] == [5, 5, 2]
    with pytest.raises(ClientError) as refused:
        states.describe_execution(executionArn="nonsense")
    assert refused.value.response["Error"]["Code"] == "InvalidArn"
