"""Functions from outside: real code, in real processes, that reaches windsock with an SDK as it would AWS."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import shutil
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.aws.conftest import NODE_MODULES, AwsCli, Client

from windsock.testing import Server

DATA = Path(__file__).parents[1] / "data"
# A process that starts while a machine is busy may take longer than Lambda's three seconds.
PATIENT_SECONDS = 60

WRITES_TO_A_QUEUE = """
import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    url = sqs.get_queue_url(QueueName=os.environ["QUEUE"])["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
"""

# The shape of the functions that update security groups (S5) and answer exposed keys (S9): settings from the
# environment, clients made when the module loads and for other regions while it runs, a message to a topic.
ACROSS_REGIONS = """
import json
import os

import boto3

here = os.environ["AWS_REGION"]
sns = boto3.client("sns")
events = boto3.client("events", region_name=os.environ["REMOTE_REGION"])


def handler(event, context):
    remote = boto3.client("sqs", region_name=os.environ["REMOTE_REGION"])
    url = remote.create_queue(QueueName=os.environ["REMOTE_QUEUE"])["QueueUrl"]
    found = json.dumps({"account": event["account"], "from": here})
    remote.send_message(QueueUrl=url, MessageBody=found)
    put = events.put_events(Entries=[{"Source": "keys", "DetailType": "Exposed", "Detail": found}])
    topic = sns.create_topic(Name=os.environ["TOPIC"])["TopicArn"]
    sns.publish(TopicArn=topic, Subject="Exposed", Message=found)
    return {"failed": put["FailedEntryCount"], "topic": topic, "version": context.function_version}
"""

# The shape of the functions that copy snapshots (S8): written for Node.js 4, sloppy, with a callback.
COPIES_SNAPSHOTS = """
var AWS = require('aws-sdk');

exports.handler = (event, context, callback) => {
  var sns = new AWS.SNS();
  message = 'Copied ' + event.detail.snapshot_id;
  AWS.config.update({ region: process.env.REMOTE_REGION });
  var sqs = new AWS.SQS();
  sqs.createQueue({ QueueName: 'copies' }).promise()
    .then((made) => sqs.sendMessage({ QueueUrl: made.QueueUrl, MessageBody: message }).promise())
    .then(() => {
      sns.createTopic({ Name: 'copied' }, (error, topic) => {
        if (error) return callback(error);
        sns.publish({ TopicArn: topic.TopicArn, Message: message }, (failure) => callback(failure, message));
      });
    })
    .catch(callback);
};
"""

NOTIFIES = """
const { SQSClient, CreateQueueCommand } = require('@aws-sdk/client-sqs');

exports.handler = async (event) => {
  const sqs = new SQSClient({ region: event.region });
  const made = await sqs.send(new CreateQueueCommand({ QueueName: 'v3' }));
  return made.QueueUrl;
};
"""


def zipped(name: str, text: str) -> bytes:
    """A package of one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def make_function(functions: Any, name: str, code: str, file: str = "index.py", **params: Any) -> str:
    """The ARN of a new function whose handler is `handler` of its one file."""
    given = {
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::000000000000:role/work",
        "Handler": f"{file.partition('.')[0]}.handler",
        "Code": {"ZipFile": zipped(file, code)},
        "Timeout": PATIENT_SECONDS,
        **params,
    }
    return str(functions.create_function(FunctionName=name, **given)["FunctionArn"])


def lines_of(logs: Any, function: str, pattern: str = "") -> list[str]:
    """What a function printed, and Lambda about it."""
    group = f"/aws/lambda/{function}"
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=pattern)
    return [event["message"].rstrip("\n") for page in pages for event in page["events"]]


def messages_of(sqs: Any, url: str) -> list[dict[str, Any]]:
    """What a queue holds, up to ten messages."""
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=43_200
    )
    return list(answer.get("Messages", []))


def test_the_function_that_writes_metrics_runs_from_the_cli_and_from_a_rule(
    aws: Callable[[str], AwsCli], client: Client, windsock: Server, tmp_path: Path
) -> None:
    account = "700000000001"
    cli = aws(account)
    package = tmp_path / "code.zip"
    text = (DATA / "function_write_metric.py.txt").read_text()
    package.write_bytes(zipped("lambda_function.py", text))
    name = "WriteMetricFromStepFunction"
    made = json.loads(
        cli(
            *("lambda", "create-function", "--function-name", name, "--runtime", "python3.6"),
            *("--handler", "lambda_function.handler", "--timeout", str(PATIENT_SECONDS)),
            *("--role", f"arn:aws:iam::{account}:role/work", "--zip-file", f"fileb://{package}"),
        )
    )
    event = '{"ECSClusterName": "demo"}'
    answer = tmp_path / "answer.json"
    invoke = ("lambda", "invoke", "--function-name", name, "--payload", event, str(answer))
    assert json.loads(cli(*invoke))["FunctionError"] == "Unhandled"
    failure = json.loads(answer.read_text())
    assert failure["errorType"] == "IndexError"  # there is no such cluster
    assert any("get_ecs_cluster" in line for line in failure["stackTrace"])
    cli("ecs", "create-cluster", "--cluster-name", "demo")
    assert "FunctionError" not in json.loads(cli(*invoke))

    events = client("events", account)
    events.put_rule(Name="metrics", EventPattern='{"source": ["clock"]}')
    events.put_targets(Rule="metrics", Targets=[{"Id": "1", "Arn": made["FunctionArn"], "Input": event}])
    events.put_events(Entries=[{"Source": "clock", "DetailType": "Tick", "Detail": "{}"}])
    windsock.settle()
    assert lines_of(client("logs", account), name).count("Finished writing metric data") == 2


def test_clients_for_other_regions(client: Client, windsock: Server) -> None:
    account = "700000000002"
    functions = client("lambda", account, "us-east-1")
    remote = client("sqs", account, "us-west-2")
    rules = client("events", account, "us-west-2")
    heard = remote.create_queue(QueueName="heard")["QueueUrl"]
    rules.put_rule(Name="exposed", EventPattern='{"source": ["keys"]}')
    heard_arn = f"arn:aws:sqs:us-west-2:{account}:heard"
    rules.put_targets(Rule="exposed", Targets=[{"Id": "1", "Arn": heard_arn, "InputPath": "$.detail"}])
    variables = {"REMOTE_REGION": "us-west-2", "REMOTE_QUEUE": "found", "TOPIC": "security"}
    make_function(functions, "across", ACROSS_REGIONS, Environment={"Variables": variables})

    answer = functions.invoke(FunctionName="across", Payload=json.dumps({"account": account}))
    assert json.loads(answer["Payload"].read()) == {
        "failed": 0,
        "topic": f"arn:aws:sns:us-east-1:{account}:security",
        "version": "$LATEST",
    }
    windsock.settle()
    found = remote.get_queue_url(QueueName="found")["QueueUrl"]
    for url in (found, heard):
        (message,) = messages_of(remote, url)
        assert json.loads(message["Body"]) == {"account": account, "from": "us-east-1"}


def test_rules_and_topics_invoke_functions(client: Client, windsock: Server) -> None:
    account = "700000000003"
    sqs, sns, events = (client(service, account) for service in ("sqs", "sns", "events"))
    url = sqs.create_queue(QueueName="written")["QueueUrl"]
    variables = {"Variables": {"QUEUE": "written"}}
    arn = make_function(client("lambda", account), "writer", WRITES_TO_A_QUEUE, Environment=variables)

    events.put_rule(Name="orders", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "Order", "Detail": '{"total": 120}'}])
    windsock.settle()
    (message,) = messages_of(sqs, url)
    event = json.loads(message["Body"])
    assert (event["source"], event["account"], event["detail"]) == ("shop", account, {"total": 120})

    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    published = sns.publish(TopicArn=topic, Subject="S", Message="text")["MessageId"]
    windsock.settle()
    (message,) = messages_of(sqs, url)
    (record,) = json.loads(message["Body"])["Records"]
    assert (record["EventSource"], record["EventVersion"]) == ("aws:sns", "1.0")
    notification = record["Sns"]
    assert (notification["MessageId"], notification["Message"]) == (published, "text")


def test_a_week_of_every_five_minutes(client: Client, windsock: Server) -> None:
    account = "700000000004"
    code = "def handler(event, context): print('at', event['time'])"
    arn = make_function(client("lambda", account), "scheduler", code)
    events = client("events", account)
    events.put_rule(Name="five", ScheduleExpression="rate(5 minutes)")
    events.put_targets(Rule="five", Targets=[{"Id": "1", "Arn": arn}])
    windsock.advance(7 * 86_400)
    events.disable_rule(Name="five")
    ran = lines_of(client("logs", account), "scheduler", '"at 20"')
    assert len(ran) == len(set(ran)) == 7 * 288


def test_an_event_that_fails_is_run_twice_more_and_becomes_a_dead_letter(
    client: Client, windsock: Server
) -> None:
    account = "700000000005"
    functions, sqs = client("lambda", account), client("sqs", account)
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    dead = {"TargetArn": f"arn:aws:sqs:us-east-1:{account}:dead"}
    code = "def handler(event, context): raise KeyError('no such order')"
    make_function(functions, "broken", code, DeadLetterConfig=dead)
    accepted = functions.invoke(FunctionName="broken", InvocationType="Event", Payload='{"order": 1}')
    assert accepted["StatusCode"] == 202
    runs = []
    for seconds in (0, 59, 1, 119, 1):
        windsock.advance(seconds)
        runs.append(len(lines_of(client("logs", account), "broken", "REPORT")))
    assert runs == [1, 1, 2, 2, 3]
    (letter,) = messages_of(sqs, url)
    assert json.loads(letter["Body"]) == {"order": 1}
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes == {
        "RequestID": accepted["ResponseMetadata"]["RequestId"],
        "ErrorCode": "200",
        "ErrorMessage": "'no such order'",
    }


def test_the_code_of_a_function_can_be_fetched(client: Client) -> None:
    functions = client("lambda", "700000000006")
    code = "def handler(event, context): return event"
    make_function(functions, "kept", code)
    location = functions.get_function(FunctionName="kept")["Code"]["Location"]
    with urllib.request.urlopen(location) as response:
        archive = zipfile.ZipFile(io.BytesIO(response.read()))
    assert archive.read("index.py").decode() == code


def require_sdk(package: str) -> None:
    """Skip where Node.js or an SDK of its is missing; in CI neither may be."""
    if shutil.which("node") is None or not (NODE_MODULES / package).is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI must have Node.js and {package} in tests/aws/javascript")
        pytest.skip(f"needs Node.js and {package}: `make javascript`")


def test_node_functions_with_version_2_of_the_sdk(client: Client, windsock: Server) -> None:
    require_sdk("aws-sdk")
    account = "700000000007"
    functions, sns, sqs = (client(service, account) for service in ("lambda", "sns", "sqs"))
    url = sqs.create_queue(QueueName="readers")["QueueUrl"]
    topic = sns.create_topic(Name="copied")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account}:readers")
    variables = {"Variables": {"REMOTE_REGION": "us-west-2"}}
    arn = make_function(
        functions, "copy", COPIES_SNAPSHOTS, "index.js", Runtime="nodejs4.3", Environment=variables
    )
    event = {"detail": {"snapshot_id": "snap-1"}}
    answer = functions.invoke(FunctionName=arn, Payload=json.dumps(event))
    assert json.loads(answer["Payload"].read()) == "Copied snap-1"
    remote = client("sqs", account, "us-west-2")
    copies = remote.get_queue_url(QueueName="copies")["QueueUrl"]
    assert [message["Body"] for message in messages_of(remote, copies)] == ["Copied snap-1"]
    windsock.settle()
    (message,) = messages_of(sqs, url)
    assert json.loads(message["Body"])["Message"] == "Copied snap-1"


def test_node_functions_with_version_3_of_the_sdk(client: Client, windsock: Server) -> None:
    require_sdk("@aws-sdk/client-sqs")
    functions = client("lambda", "700000000008")
    make_function(functions, "notify", NOTIFIES, "index.js", Runtime="nodejs22.x")
    answer = functions.invoke(FunctionName="notify", Payload='{"region": "eu-west-1"}')
    assert json.loads(answer["Payload"].read()) == f"{windsock.endpoint}/700000000008/v3"
    assert client("sqs", "700000000008", "eu-west-1").get_queue_url(QueueName="v3")["QueueUrl"]


def test_a_function_is_sent_what_a_log_group_gets(client: Client, windsock: Server) -> None:
    account = "700000000019"
    functions, sqs, logs = (client(service, account) for service in ("lambda", "sqs", "logs"))
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = make_function(functions, "told", WRITES_TO_A_QUEUE, Environment={"Variables": {"QUEUE": "told"}})
    functions.add_permission(
        FunctionName="told",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
    )
    logs.create_log_group(logGroupName="app")
    logs.create_log_stream(logGroupName="app", logStreamName="one")
    logs.put_subscription_filter(
        logGroupName="app", filterName="errors", filterPattern="ERROR", destinationArn=arn
    )
    now = logs.describe_log_groups()["logGroups"][0]["creationTime"]
    events = [{"timestamp": now, "message": message} for message in ("INFO fine", "ERROR broken")]
    logs.put_log_events(logGroupName="app", logStreamName="one", logEvents=events)
    windsock.settle()
    [message] = messages_of(sqs, url)
    data = base64.b64decode(json.loads(message["Body"])["awslogs"]["data"])
    told = json.loads(gzip.decompress(data))
    assert (told["logGroup"], told["subscriptionFilters"]) == ("app", ["errors"])
    assert [event["message"] for event in told["logEvents"]] == ["ERROR broken"]


def test_code_comes_from_an_object_of_s3(client: Client) -> None:
    account = "700000000039"
    functions, objects = client("lambda", account), client("s3", account)
    objects.create_bucket(Bucket="packages-39")
    objects.put_bucket_versioning(Bucket="packages-39", VersioningConfiguration={"Status": "Enabled"})

    def put(number: int, **more: bytes) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("index.py", f"def handler(event, context):\n    return {number}\n")
            for name, content in more.items():
                files.writestr(name, content)
        put = objects.put_object(Bucket="packages-39", Key="work.zip", Body=archive.getvalue())
        return str(put["VersionId"])

    def result() -> Any:
        return json.loads(functions.invoke(FunctionName="work")["Payload"].read())

    first, _ = put(1), put(2)
    of_object = {"S3Bucket": "packages-39", "S3Key": "work.zip"}
    functions.create_function(
        FunctionName="work", Runtime="python3.12", Handler="index.handler", Timeout=PATIENT_SECONDS,
        Role=f"arn:aws:iam::{account}:role/work", Code=of_object,
    )  # fmt: skip
    assert result() == 2
    functions.update_function_code(FunctionName="work", **of_object, S3ObjectVersion=first)
    assert result() == 1
    # So large that S3 hands out a file.
    put(3, blob=os.urandom(12_000_000))
    functions.update_function_code(FunctionName="work", **of_object)
    assert result() == 3
    layer = functions.publish_layer_version(LayerName="shared", Content=of_object)
    assert (
        layer["Content"]["CodeSha256"]
        == functions.get_function(FunctionName="work")["Configuration"]["CodeSha256"]
    )
    with urllib.request.urlopen(layer["Content"]["Location"]) as archive:
        assert len(archive.read()) == layer["Content"]["CodeSize"]
