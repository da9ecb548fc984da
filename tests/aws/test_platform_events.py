"""What AWS services announce is as their documents show it: the same members of the same types.

`tests/data/platform_events/<service>.json` has samples from AWS's documents, each with its origin. A function
under `@trigger` has the service announce those it names; what then comes is compared with the sample.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.aws.conftest import Client
from tests.servers import WINDSOCK

from windsock.testing import Server

DATA = Path(__file__).parents[1] / "data" / "platform_events"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/json", "size": 1, "digest": "sha256:" + "0" * 64},
    "layers": [],
}


class Account:
    """An account with a queue that is told what its services announce."""

    def __init__(self, account: str, client: Client, windsock: Server) -> None:
        self.id, self.windsock, self._client = account, windsock, client
        sqs, events = self.client("sqs"), self.client("events")
        self.queue = sqs.create_queue(QueueName="told")["QueueUrl"]
        events.put_rule(Name="all", EventPattern=json.dumps({"source": [{"prefix": "aws."}]}))
        arn = f"arn:aws:sqs:us-east-1:{account}:told"
        events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn}])

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """A boto3 client of the account."""
        return self._client(service, self.id, region)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.windsock.advance(seconds)

    def told(self) -> Iterator[dict[str, Any]]:
        """The events that came."""
        sqs = self.client("sqs")
        self.windsock.settle()
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                yield json.loads(message["Body"])

    def launch(self, **settings: Any) -> str:
        """Start an instance."""
        asked = {"ImageId": "ami-12345678", "InstanceType": "t2.medium", "MinCount": 1, "MaxCount": 1}
        launched = self.client("ec2").run_instances(**asked, **settings)
        return str(launched["Instances"][0]["InstanceId"])


Trigger = Callable[[Account], None]
TRIGGERS: dict[str, Trigger] = {}


def trigger(*names: str) -> Callable[[Trigger], Trigger]:
    """Register what has the samples of those names announced."""

    def register(function: Trigger) -> Trigger:
        TRIGGERS.update(dict.fromkeys(names, function))
        return function

    return register


@trigger("ec2/instance-pending", "ec2/tags")
def instance(account: Account) -> None:
    tags = [{"Key": key, "Value": "value"} for key in ("key1", "key2", "key4")]
    account.launch(TagSpecifications=[{"ResourceType": "instance", "Tags": tags}])


@trigger(
    *(f"ec2/{name}" for name in ("create-volume", "modify-volume", "create-snapshot", "delete-volume")),
    "ec2/create-snapshots",
    "ec2/copy-snapshot",
)
def volumes(account: Account) -> None:
    ec2 = account.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    ec2.modify_volume(VolumeId=volume, Size=16)
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.create_snapshots(InstanceSpecification={"InstanceId": account.launch()})
    ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=snapshot)
    account.advance(60)
    ec2.delete_volume(VolumeId=volume)


@trigger("ec2/share-snapshot")
def share_snapshot(account: Account) -> None:
    owner = account._client("ec2", "751400009999")
    volume = owner.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    owner.modify_snapshot_attribute(
        SnapshotId=owner.create_snapshot(VolumeId=volume)["SnapshotId"],
        Attribute="createVolumePermission",
        OperationType="add",
        UserIds=[account.id],
    )


@trigger("ec2/image-available", "ec2/image-deregistered", "ec2/image-disabled")
def images(account: Account) -> None:
    ec2 = account.client("ec2")
    image = ec2.create_image(InstanceId=account.launch(), Name="golden")["ImageId"]
    account.advance(60)
    ec2.disable_image(ImageId=image)
    ec2.deregister_image(ImageId=image)


@trigger(
    "ec2/spot-request-fulfilled",
    "ec2/spot-fleet-request-active",
    *(f"ec2/spot-fleet-{state}" for state in ("submitted", "active", "cancelled-terminating", "cancelled")),
    "ec2/spot-fleet-instance-launched",
    "ec2/spot-fleet-instance-terminated",
)
def spot_fleet(account: Account) -> None:
    ec2 = account.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    specification = {"ImageId": "ami-12345678", "InstanceType": "m3.large", "SubnetId": subnet}
    fleet = ec2.request_spot_fleet(
        SpotFleetRequestConfig={
            "IamFleetRole": f"arn:aws:iam::{account.id}:role/fleet",
            "LaunchSpecifications": [specification],
            "SpotPrice": "0.0246",
            "TargetCapacity": 1,
        }
    )["SpotFleetRequestId"]
    account.advance(60)
    ec2.cancel_spot_fleet_requests(SpotFleetRequestIds=[fleet], TerminateInstances=True)
    account.advance(60)


def make_group(account: Account, **settings: Any) -> Any:
    """A group that is to have one instance in a subnet."""
    autoscaling = account.client("autoscaling")
    subnet = account.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="node", ImageId="ami-12345678", InstanceType="t2.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="group",
        LaunchConfigurationName="node",
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=1,
        VPCZoneIdentifier=subnet,
        **settings,
    )
    return autoscaling


@trigger(
    *("autoscaling/launch-lifecycle-action", "autoscaling/terminate-lifecycle-action"),
    *("autoscaling/launch-successful", "autoscaling/terminate-successful"),
)
def group(account: Account) -> None:
    hooks = [
        {
            "LifecycleHookName": transition.lower(),
            "LifecycleTransition": f"autoscaling:EC2_INSTANCE_{transition}",
            "NotificationMetadata": "more",
            "HeartbeatTimeout": 60,
            "DefaultResult": "CONTINUE",
        }
        for transition in ("LAUNCHING", "TERMINATING")
    ]
    autoscaling = make_group(account, LifecycleHookSpecificationList=hooks)
    account.advance(120)
    autoscaling.set_desired_capacity(AutoScalingGroupName="group", DesiredCapacity=0)
    account.advance(120)


@trigger("autoscaling/launch-unsuccessful")
def abandoned_launch(account: Account) -> None:
    hook = {
        "LifecycleHookName": "launching",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
        "HeartbeatTimeout": 60,
        "DefaultResult": "ABANDON",
    }
    make_group(account, LifecycleHookSpecificationList=[hook])
    account.advance(70)


@trigger("s3/object-created", "s3/delete-marker-created", "s3/restore-completed")
def objects(account: Account) -> None:
    s3, name = account.client("s3"), f"objects-{account.id}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_object(Bucket=name, Key="key", Body=b"hello", StorageClass="GLACIER")
    s3.restore_object(Bucket=name, Key="key", RestoreRequest={"Days": 1})
    account.advance(60)
    s3.head_object(Bucket=name, Key="key")
    s3.delete_object(Bucket=name, Key="key")


@trigger("glue/job-succeeded", "glue/job-failed", "glue/crawler-started", "glue/crawler-succeeded")
def glue(account: Account) -> None:
    glue, s3, name = account.client("glue"), account.client("s3"), f"scripts-{account.id}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="there.py", Body=b"")
    for script in ("there", "missing"):
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{name}/{script}.py"}
        glue.create_job(Name=script, Role="etl", Command=command)
        glue.start_job_run(JobName=script)
    glue.create_crawler(
        Name="crawler", Role="etl", DatabaseName="db", Targets={"S3Targets": [{"Path": name}]}
    )
    glue.start_crawler(Name="crawler")
    account.advance(60)


@trigger("rds/instance", "rds/snapshot")
def databases(account: Account) -> None:
    rds = account.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="testdb",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        MasterUsername="admin",
        MasterUserPassword="secret-123",
        AllocatedStorage=20,
    )
    rds.create_db_snapshot(DBInstanceIdentifier="testdb", DBSnapshotIdentifier="my-db-snapshot")
    rds.stop_db_instance(DBInstanceIdentifier="testdb")
    account.advance(60)


@trigger("ecr/push", "ecr/delete")
def repository(account: Account) -> None:
    ecr = account.client("ecr")
    ecr.create_repository(repositoryName="app")
    ecr.put_image(repositoryName="app", imageTag="latest", imageManifest=json.dumps(MANIFEST))
    ecr.batch_delete_image(repositoryName="app", imageIds=[{"imageTag": "latest"}])


@trigger("ssm/parameter-create", "ssm/parameter-update", "ssm/parameter-delete")
def parameter(account: Account) -> None:
    ssm = account.client("ssm")
    ssm.put_parameter(Name="foo", Type="String", Value="1", Description="Sample Parameter")
    ssm.put_parameter(Name="foo", Value="2", Description="Sample Parameter", Overwrite=True)
    ssm.delete_parameter(Name="foo")


@trigger("ecs/container-instance", "ecs/service-steady", "ecs/service-placement-failure")
@trigger("ecs/deployment-in-progress", "ecs/deployment-completed")
def service(account: Account) -> None:
    ecs, iam = account.client("ecs"), account.client("iam")
    iam.create_role(RoleName="node", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_instance_profile(InstanceProfileName="node")
    iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")
    ecs.create_cluster(clusterName="web")
    ecs.register_task_definition(
        family="app", containerDefinitions=[{"name": "app", "image": "nginx", "cpu": 64, "memory": 64}]
    )
    ecs.create_service(cluster="web", serviceName="site", taskDefinition="app", desiredCount=1)
    user_data = "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"
    account.launch(UserData=user_data, IamInstanceProfile={"Name": "node"})
    account.advance(60)


@trigger("ecs/task")
def fargate_task(account: Account) -> None:
    ecs = account.client("ecs")
    repository(account)
    account.client("ecr").put_image(
        repositoryName="app", imageTag="latest", imageManifest=json.dumps(MANIFEST)
    )
    ecs.create_cluster(clusterName="web")
    ecs.register_task_definition(
        family="app",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[
            {"name": "app", "image": f"{account.id}.dkr.ecr.us-east-1.amazonaws.com/app:latest"}
        ],
    )
    subnet = account.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    ecs.run_task(
        cluster="web",
        taskDefinition="app",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )
    account.advance(60)


@trigger("cloudwatch/alarm")
def alarm(account: Account) -> None:
    cloudwatch = account.client("cloudwatch")
    dimensions = [{"Name": "InstanceId", "Value": "i-1"}]
    cloudwatch.put_metric_alarm(
        AlarmName="high",
        AlarmDescription="Too high",
        Namespace="App",
        MetricName="Load",
        Dimensions=dimensions,
        Period=60,
        EvaluationPeriods=1,
        Statistic="Average",
        Threshold=50,
        ComparisonOperator="GreaterThanThreshold",
    )
    for value in (1, 99):
        datum = {"MetricName": "Load", "Value": value, "Dimensions": dimensions}
        cloudwatch.put_metric_data(Namespace="App", MetricData=[datum])
        account.advance(60)
    cloudwatch.delete_alarms(AlarmNames=["high"])


@trigger("events/scheduled")
def schedule(account: Account) -> None:
    events = account.client("events")
    events.put_rule(Name="minutes", ScheduleExpression="rate(1 minute)")
    arn = f"arn:aws:sqs:us-east-1:{account.id}:told"
    events.put_targets(Rule="minutes", Targets=[{"Id": "queue", "Arn": arn}])
    account.advance(60)
    events.disable_rule(Name="minutes")


@trigger("health/event")
def health(account: Account) -> None:
    (case,) = json.loads((DATA / "health.json").read_text())
    where = ["--account", account.id, "--endpoint", account.windsock.endpoint]
    subprocess.run(
        [WINDSOCK, "health", "put", "-", *where], input=json.dumps(case["sample"]), text=True, check=True
    )


CASES = {
    f"{file.stem}/{case['name']}": case["sample"]
    for file in sorted(DATA.glob("*.json"))
    for case in json.loads(file.read_text())
}
# Members of the detail that tell events of one type from others.
TELLING = ("event", "state", "State", "sub-type", "eventName", "operation", "action-type", "lastStatus")


@pytest.fixture(scope="module")
def announced() -> dict[Trigger, list[dict[str, Any]]]:
    """What each trigger had announced, once it was run."""
    return {}


@pytest.mark.parametrize("name", CASES)
def test_an_event_is_as_documented(
    name: str,
    client: Client,
    windsock: Server,
    announced: dict[Trigger, list[dict[str, Any]]],
) -> None:
    sample, act = CASES[name], TRIGGERS[name]
    if act not in announced:
        account = Account(f"{751400000000 + len(announced)}", client, windsock)
        act(account)
        announced[act] = list(account.told())
    found = [each for each in announced[act] if is_of_kind(each, sample)]
    assert found, [each["detail-type"] for each in announced[act]]
    for each in found:
        assert forms(each) == forms(sample)


def is_of_kind(event: dict[str, Any], sample: dict[str, Any]) -> bool:
    """Whether an event is such a one as the sample is."""
    same = all(event[member] == sample[member] for member in ("source", "detail-type"))
    told, shown = event["detail"], sample["detail"]
    return same and all(
        word(told.get(member)) == word(shown[member]) for member in TELLING if member in shown
    )


def word(value: Any) -> Any:
    """What a telling member says: itself, or its value where it is an object."""
    return value["value"] if isinstance(value, dict) else value


def forms(value: Any, path: str = "") -> set[tuple[str, str]]:
    """What an event consists of: the path of each value in it, and its type or form."""
    if isinstance(value, dict):
        inner = ((f"{path}/{name}", each) for name, each in value.items())
    elif isinstance(value, list):
        inner = ((f"{path}/", each) for each in value)
    else:
        return {(path, form(value))}
    found = set[tuple[str, str]]().union(*(forms(each, below) for below, each in inner))
    return found or {(path, f"empty {type(value).__name__}")}


def form(value: Any) -> str:
    """The type of a value; of a text whether it is a time or what kind of ARN."""
    if not isinstance(value, str):
        return type(value).__name__
    return next((form for form, pattern in FORMS.items() if pattern.fullmatch(value)), arn_form(value))


FORMS = {
    "seconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "milliseconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
}


def arn_form(text: str) -> str:
    """The form of an ARN: which of its parts are there, and what kind of resource it names."""
    parts = text.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:
        return "text"
    region = parts[3] and "region"
    account = parts[4] and ("account" if parts[4].isdigit() else "region")
    kind = re.split("[/:]", parts[5])[0] if re.search("[/:]", parts[5]) else "*"
    return f"arn:{parts[2]}:{region}:{account}:{kind}"
