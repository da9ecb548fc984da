"""S3: a topic as the hub. Each row of the article: a service publishes, subscribers act.

The numbers are those of the table of publishers.
"""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import AwsCli, Client
from tests.aws.test_lambda import make_function
from tests.servers import WINDSOCK

from windsock.testing import Server


def allow(service: str, action: str, arn: str, source: str = "*") -> str:
    """A resource's policy that lets a service in."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": action,
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Hub:
    """A topic of an account with what may subscribe to it."""

    def __init__(self, account: str, client: Client, windsock: Server) -> None:
        self.account = account
        self.windsock = windsock
        self._client = client
        self.sns, self.sqs = self.client("sns"), self.client("sqs")
        self.topic = self.sns.create_topic(Name="hub")["TopicArn"]

    def client(self, service: str) -> Any:
        """A client of the account."""
        return self._client(service, self.account)

    def queue(self, name: str) -> str:
        """The URL of a queue that is subscribed."""
        url: str = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:{self.account}:{name}"
        policy = allow("sns", "sqs:SendMessage", arn, self.topic)
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)
        return url

    def function(self, name: str, code: str, **environment: str) -> None:
        """Subscribe a function."""
        variables = {"Variables": environment}
        role = f"arn:aws:iam::{self.account}:role/work"
        functions = self.client("lambda")
        arn = make_function(functions, name, code, Environment=variables, Role=role)
        functions.add_permission(
            FunctionName=name,
            StatementId="hub",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
            SourceArn=self.topic,
        )
        self.sns.subscribe(TopicArn=self.topic, Protocol="lambda", Endpoint=arn)

    def read(self, url: str) -> list[Any]:
        """The messages in a queue, out of their envelopes."""
        self.windsock.settle()
        found = []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(json.loads(message["Body"])["Message"]))
        return found


@pytest.fixture
def hub(client: Client, windsock: Server) -> Callable[[str], Hub]:
    """`hub("111122223333")`: the hub of an account."""
    return lambda account: Hub(account, client, windsock)


class Web(ThreadingHTTPServer):
    """A web server that confirms subscriptions and keeps what it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[Any] = []
        self.confirmed = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Web

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers["x-amz-sns-message-type"] == "SubscriptionConfirmation":
            urllib.request.urlopen(body["SubscribeURL"]).close()
            self.server.confirmed.set()
        else:
            self.server.told.append(json.loads(body["Message"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def webs() -> Iterator[list[Web]]:
    """Two web servers."""
    servers = [Web(), Web()]
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


def convert(hub: Hub, url: str) -> None:
    """What a worker does: read the documents its queue tells of and write PDFs."""
    s3 = hub.client("s3")
    for message in hub.read(url):
        for record in message.get("Records", ()):
            source = {"Bucket": record["s3"]["bucket"]["name"], "Key": record["s3"]["object"]["key"]}
            text = s3.get_object(**source)["Body"].read()
            name = source["Key"].rpartition("/")[2].removesuffix(".doc")
            s3.put_object(Bucket="resumes-out", Key=f"{name}.pdf", Body=b"%PDF-1.4 " + text)


def test_3_4_an_uploaded_document_is_converted(
    hub: Callable[[str], Hub], aws: Callable[[str], AwsCli], tmp_path: Path
) -> None:
    account = "730000000304"
    here, cli = hub(account), aws(account)
    documents, index = here.queue("documents"), here.queue("index")
    for bucket in ("resumes-in", "resumes-out"):
        cli("s3", "mb", f"s3://{bucket}")
    cli("sns", "set-topic-attributes", "--topic-arn", here.topic, "--attribute-name", "Policy",
        "--attribute-value", allow("s3", "sns:Publish", here.topic, "arn:aws:s3:::resumes-in"))  # fmt: skip
    rule = {"Id": "uploads", "TopicArn": here.topic, "Events": ["s3:ObjectCreated:*"]}
    with pytest.raises(ClientError) as refused:
        here.client("s3").put_bucket_notification_configuration(
            Bucket="resumes-in",
            NotificationConfiguration={"TopicConfigurations": [{**rule, "TopicArn": f"{here.topic}-none"}]},
        )
    assert refused.value.response["Error"] == {
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName": f"{here.topic}-none",
        "ArgumentValue": "The destination topic does not exist",
    }
    cli("s3api", "put-bucket-notification-configuration", "--bucket", "resumes-in",
        "--notification-configuration", json.dumps({"TopicConfigurations": [rule]}))  # fmt: skip
    assert [[each["Event"] for each in here.read(url)] for url in (documents, index)] == [
        ["s3:TestEvent"],
        ["s3:TestEvent"],
    ]

    resume = tmp_path / "resume.doc"
    resume.write_text("a life")
    cli("s3", "cp", str(resume), "s3://resumes-in/new/resume.doc", "--no-progress")
    convert(here, documents)
    assert cli("s3", "cp", "s3://resumes-out/resume.pdf", "-", "--no-progress") == "%PDF-1.4 a life"
    (told,) = here.read(index)  # the other queue has its own copy
    (record,) = told["Records"]
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectCreated:Put", "new/resume.doc")
    assert record["s3"]["configurationId"] == "uploads"


CONVERTS = """
import os

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=os.environ["OUT"], Key=key + ".pdf", Body=b"%PDF-1.4 " + text)
"""


def test_3_4_a_function_converts_what_is_uploaded(client: Client, windsock: Server) -> None:
    account = "730000000314"
    s3, functions = client("s3", account), client("lambda", account)
    for bucket in ("letters-in", "letters-out"):
        s3.create_bucket(Bucket=bucket)
    arn = make_function(functions, "convert", CONVERTS, Environment={"Variables": {"OUT": "letters-out"}})
    functions.add_permission(
        FunctionName="convert",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::letters-in",
    )
    rule = {
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".doc"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket="letters-in", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    for key in ("letter.doc", "letter.txt"):
        s3.put_object(Bucket="letters-in", Key=key, Body=b"dear")
    windsock.settle()
    found = s3.list_objects_v2(Bucket="letters-out")["Contents"]
    assert [each["Key"] for each in found] == ["letter.doc.pdf"]
    body = s3.get_object(Bucket="letters-out", Key="letter.doc.pdf")["Body"].read()
    assert body == b"%PDF-1.4 dear"


RUNS_TASK = """
import json
import os

import boto3


def handler(event, context):
    alarm = json.loads(event["Records"][0]["Sns"]["Message"])
    if alarm["NewStateValue"] == "ALARM":
        boto3.client("ecs").run_task(
            cluster="profilers", taskDefinition="latency-profiler", launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {"subnets": [os.environ["SUBNET"]], "securityGroups": []},
            },
        )
"""
MAKES_FILE_SYSTEM = """
import json

import boto3


def handler(event, context):
    alarm = json.loads(event["Records"][0]["Sns"]["Message"])
    if alarm["NewStateValue"] == "ALARM":
        boto3.client("efs").create_file_system(CreationToken=alarm["AlarmName"], PerformanceMode="maxIO")
"""


Put = Callable[[float], None]


def measure(hub: Hub, namespace: str, metric: str, value: float, name: str, resource: str) -> None:
    """Have a service measure a value; time goes on until alarms have seen it."""
    measured = ("metrics", "put", namespace, metric, str(value), "--dimension", f"{name}={resource}")
    where = ("--account", hub.account, "--endpoint", hub.windsock.endpoint)
    subprocess.run([WINDSOCK, *measured, *where], check=True)
    hub.windsock.advance(120)


def watch(hub: Hub, namespace: str, metric: str, name: str, resource: str, **condition: Any) -> Put:
    """Set an alarm that tells the topic; what is returned has the service measure a value."""
    hub.client("cloudwatch").put_metric_alarm(
        AlarmName=metric,
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": resource}],
        Period=60,
        EvaluationPeriods=1,
        Statistic="Average",
        AlarmActions=[hub.topic],
        **condition,
    )
    return lambda value: measure(hub, namespace, metric, value, name, resource)


def test_3_3_a_slow_load_balancer_is_profiled(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000303")
    ecs = here.client("ecs")
    ecs.create_cluster(clusterName="profilers")
    ecs.register_task_definition(
        family="latency-profiler",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "profile", "image": "profiler"}],
    )
    subnet = here.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    here.function("profile", RUNS_TASK, SUBNET=subnet)
    put = watch(here, "AWS/ELB", "Latency", "LoadBalancerName", "web",
                Threshold=1, ComparisonOperator="GreaterThanThreshold")  # fmt: skip
    put(0.2)
    assert ecs.list_tasks(cluster="profilers")["taskArns"] == []
    put(2.5)
    assert len(ecs.list_tasks(cluster="profilers")["taskArns"]) == 1


def test_3_5_a_file_system_that_is_busy_is_followed_by_one_for_more(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000305")
    here.function("switch", MAKES_FILE_SYSTEM)
    efs = here.client("efs")
    made = efs.create_file_system(CreationToken="first", PerformanceMode="generalPurpose")
    put = watch(here, "AWS/EFS", "PercentIOLimit", "FileSystemId", made["FileSystemId"],
                Threshold=95, ComparisonOperator="GreaterThanThreshold")  # fmt: skip
    put(95)
    assert [each["PerformanceMode"] for each in efs.describe_file_systems()["FileSystems"]] == [
        "generalPurpose"
    ]
    put(96)
    modes = {each["PerformanceMode"] for each in efs.describe_file_systems()["FileSystems"]}
    assert modes == {"generalPurpose", "maxIO"}


FETCHES = """
import json
import os

import boto3


def handler(event, context):
    job = json.loads(event["Records"][0]["Sns"]["Message"])
    vault = job["VaultARN"].rpartition("/")[2]
    output = boto3.client("glacier").get_job_output(accountId="-", vaultName=vault, jobId=job["JobId"])
    boto3.client("s3").put_object(Bucket=os.environ["OUT"], Key=job["Action"], Body=output["body"].read())
"""
GROWS = """
import json

import boto3


def handler(event, context):
    told = json.loads(event["Records"][0]["Sns"]["Message"])
    if told["Event ID"].endswith("#RDS-EVENT-0007"):
        boto3.client("rds").modify_db_instance(DBInstanceIdentifier=told["Source ID"], AllocatedStorage=40)
"""


def test_3_6_an_archive_is_fetched_when_it_is_there(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000306")
    here.function("fetch", FETCHES, OUT="fetched")
    done = here.queue("done")
    s3, glacier = here.client("s3"), here.client("glacier")
    s3.create_bucket(Bucket="fetched")
    glacier.create_vault(vaultName="years")
    events = ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]
    glacier.set_vault_notifications(
        vaultName="years", vaultNotificationConfig={"SNSTopic": here.topic, "Events": events}
    )
    archive = glacier.upload_archive(vaultName="years", body=b"2016")["archiveId"]
    for wanted in ({"Type": "archive-retrieval", "ArchiveId": archive}, {"Type": "inventory-retrieval"}):
        glacier.initiate_job(vaultName="years", jobParameters=wanted)
    here.windsock.advance(5 * 3600 - 1)
    assert here.read(done) == []
    here.windsock.advance(1)
    told = here.read(done)
    assert sorted(job["Action"] for job in told) == ["ArchiveRetrieval", "InventoryRetrieval"]
    assert {job["StatusCode"] for job in told} == {"Succeeded"}
    assert s3.get_object(Bucket="fetched", Key="ArchiveRetrieval")["Body"].read() == b"2016"
    inventory = json.loads(s3.get_object(Bucket="fetched", Key="InventoryRetrieval")["Body"].read())
    assert [each["ArchiveId"] for each in inventory["ArchiveList"]] == [archive]


def test_3_8_a_database_that_is_full_grows_in_its_window(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000308")
    here.function("grow", GROWS)
    events, rds = here.queue("events"), here.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        Engine="mysql",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="admin",
        MasterUserPassword="password",
        PreferredMaintenanceWindow="sun:05:00-sun:06:00",
    )
    rds.create_event_subscription(
        SubscriptionName="storage",
        SnsTopicArn=here.topic,
        SourceType="db-instance",
        EventCategories=["low storage"],
    )
    measure(here, "AWS/RDS", "FreeStorageSpace", 0, "DBInstanceIdentifier", "orders")
    (told,) = here.read(events)
    assert (told["Source ID"], told["Event Message"]) == ("orders", "Allocated storage has been exhausted")

    def storage() -> tuple[int, Any]:
        (instance,) = rds.describe_db_instances()["DBInstances"]
        return instance["AllocatedStorage"], instance.get("PendingModifiedValues", {})

    assert storage() == (20, {"AllocatedStorage": 40})
    here.windsock.advance(7 * 24 * 3600)
    assert storage() == (40, {})


def confirmed(hub: Hub, webs: list[Web]) -> None:
    """Subscribe web servers, which confirm it."""
    for web in webs:
        hub.sns.subscribe(TopicArn=hub.topic, Protocol="http", Endpoint=web.url)
    hub.windsock.settle()
    assert all(web.confirmed.wait(30) for web in webs)


def test_3_9_servers_refresh_their_list_of_cache_nodes(hub: Callable[[str], Hub], webs: list[Web]) -> None:
    here = hub("730000000309")
    confirmed(here, webs)
    caches = here.client("elasticache")
    caches.create_cache_cluster(
        CacheClusterId="sessions",
        Engine="memcached",
        CacheNodeType="cache.t3.micro",
        NumCacheNodes=2,
        NotificationTopicArn=here.topic,
    )
    here.windsock.advance(60)
    caches.modify_cache_cluster(CacheClusterId="sessions", NumCacheNodes=3, ApplyImmediately=True)
    here.windsock.advance(60)
    for web in webs:
        assert web.told == [
            {"ElastiCache:CacheClusterProvisioningComplete": "sessions"},
            {"ElastiCache:AddCacheNodeComplete": "sessions"},
        ]
    (cluster,) = caches.describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]
    assert len({node["Endpoint"]["Address"] for node in cluster["CacheNodes"]}) == 3


def encode(hub: Hub, url: str) -> None:
    """What a worker does: write the files of a failed task anew, in UTF-8, and start it again."""
    s3, dms = hub.client("s3"), hub.client("dms")
    for told in hub.read(url):
        assert told["Event ID"].strip().endswith("#DMS-EVENT-0078")
        name = told["Identifier Link"].rpartition("SourceId: ")[2].strip()
        ids = [{"Name": "replication-task-id", "Values": [name]}]
        (task,) = dms.describe_replication_tasks(Filters=ids)["ReplicationTasks"]
        for each in s3.list_objects_v2(Bucket="customers")["Contents"]:
            text = s3.get_object(Bucket="customers", Key=each["Key"])["Body"].read().decode("latin-1")
            s3.put_object(Bucket="customers", Key=each["Key"], Body=text.encode())
        arn = task["ReplicationTaskArn"]
        dms.start_replication_task(ReplicationTaskArn=arn, StartReplicationTaskType="reload-target")


def test_3_11_a_migration_that_failed_is_encoded_and_started_again(hub: Callable[[str], Hub]) -> None:
    here = hub("730000000311")
    failures = here.queue("failures")
    s3, dms = here.client("s3"), here.client("dms")
    s3.create_bucket(Bucket="customers")
    s3.put_object(Bucket="customers", Key="shop/list.csv", Body="1,Müller".encode("latin-1"))
    policy = allow("dms", "sns:Publish", here.topic)
    here.sns.set_topic_attributes(TopicArn=here.topic, AttributeName="Policy", AttributeValue=policy)
    dms.create_event_subscription(
        SubscriptionName="failures",
        SnsTopicArn=here.topic,
        SourceType="replication-task",
        EventCategories=["failure"],
    )
    source, target = (
        dms.create_endpoint(EndpointIdentifier=kind, EndpointType=kind, EngineName=engine, **settings)
        for kind, engine, settings in (
            ("source", "s3", {"S3Settings": {"BucketName": "customers"}}),
            ("target", "mysql", {"ServerName": "db", "Port": 3306, "Username": "a", "Password": "b"}),
        )
    )
    made = dms.create_replication_task(
        ReplicationTaskIdentifier="move",
        SourceEndpointArn=source["Endpoint"]["EndpointArn"],
        TargetEndpointArn=target["Endpoint"]["EndpointArn"],
        ReplicationInstanceArn=f"arn:aws:dms:us-east-1:{here.account}:rep:ONE",
        MigrationType="full-load",
        TableMappings="{}",
    )
    here.windsock.advance(10)
    dms.start_replication_task(
        ReplicationTaskArn=made["ReplicationTask"]["ReplicationTaskArn"],
        StartReplicationTaskType="start-replication",
    )
    here.windsock.advance(10)

    def task() -> Any:
        return dms.describe_replication_tasks()["ReplicationTasks"][0]

    assert task()["Status"] == "failed"
    assert "shop/list.csv is not encoded in UTF-8" in task()["LastFailureMessage"]
    encode(here, failures)
    assert task()["Status"] == "starting"
    here.windsock.advance(10)
    assert (task()["Status"], task()["StopReason"]) == ("stopped", "Stop Reason FULL_LOAD_ONLY_FINISHED")
    assert here.read(failures) == []


def test_3_13_servers_are_told_of_a_connection_that_is_down(
    hub: Callable[[str], Hub], webs: list[Web]
) -> None:
    here = hub("730000000313")
    confirmed(here, webs)
    put = watch(here, "AWS/DX", "ConnectionState", "ConnectionId", "dxcon-1",
                Threshold=1, ComparisonOperator="LessThanThreshold")  # fmt: skip
    put(1)
    assert [web.told for web in webs] == [[], []]
    put(0)
    for web in webs:
        (alarm,) = web.told
        assert (alarm["AlarmName"], alarm["NewStateValue"]) == ("ConnectionState", "ALARM")
        assert alarm["Trigger"]["Dimensions"] == [{"name": "ConnectionId", "value": "dxcon-1"}]
