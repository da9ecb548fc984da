"""S6: tasks of ECS on a Spot Fleet, run by a rule: the article's log shipper (seed lines 924 to 1121).

Its commands run as they are printed, but for the account and the names of what its template makes. What the
template makes is made by calls here. The shipper itself is not run: ECS keeps tasks, and runs no processes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest
from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount, policy

ACCOUNT, REGION, STACK = "123456789012", "us-west-2", "test-cwe-blog"
CLUSTER = f"{STACK}-ecsCluster-15HJFWCH4SP67"
TASKS = f"{STACK}-taskdef"
REPOSITORY = "rdslogs"
# The form of the template's user data: the agent's cluster, and scripts that read it back from the agent.
USER_DATA = f"""#!/bin/bash -xe
export PATH=/usr/local/bin:$PATH
yum -y install jq
aws configure set default.region {REGION}
echo ECS_CLUSTER={CLUSTER} >> /etc/ecs/ecs.config

cat <<EOF > /etc/init/spot-instance-termination-notice-handler.conf
start on started ecs
script
ECS_CLUSTER=\\$(curl -s http://localhost:51678/v1/metadata | jq .Cluster | tr -d \\")
CONTAINER_INSTANCE=\\$(curl -s http://localhost:51678/v1/metadata | jq .ContainerInstanceArn | tr -d \\")
aws ecs update-container-instances-state --cluster \\$ECS_CLUSTER --container-instances \\
\\$CONTAINER_INSTANCE --status DRAINING
end script
EOF
"""

PUT_RULE = (
    "aws --profile default --region us-west-2 events put-rule --name demo-ecs-task-rule  "
    '--schedule-expression "rate(15 minutes)"'
)
CREATE_ROLE = (
    "aws --profile default --region us-west-2 iam create-role --role-name Test-Role "
    "--assume-role-policy-document file://event-role.json"
)
CREATE_POLICY = (
    "aws --profile default --region us-west-2 iam create-policy --policy-name test-policy "
    "--policy-document file://event-policy.json"
)
ATTACH_POLICY = (
    "aws --profile default --region us-west-2 iam attach-role-policy --role-name Test-Role "
    f"--policy-arn arn:aws:iam::{ACCOUNT}:policy/test-policy"
)
PUT_TARGETS = (
    'aws events put-targets --rule demo-ecs-task-rule --targets "Id"="1",'
    f'"Arn"="arn:aws:ecs:us-west-2:{ACCOUNT}:cluster/{CLUSTER}",'
    f'"EcsParameters"={{"TaskDefinitionArn"="arn:aws:ecs:us-west-2:{ACCOUNT}:task-definition/{TASKS}:1"}},'
    f'"RoleArn"="arn:aws:iam::{ACCOUNT}:role/Test-Role"'
)
EVENT_ROLE = """{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
              "Service": "events.amazonaws.com"
            },
            "Action": "sts:AssumeRole"
        }
    ]
}"""
# The article's lost what stood between angle brackets.
EVENT_POLICY = """{
    "Version": "2012-10-17",
    "Statement": [
      {
          "Effect": "Allow",
          "Action": [
              "ecs:RunTask"
          ],
          "Resource": [
              "arn:aws:ecs:*:<account>:task-definition/<definition>"
          ],
          "Condition": {
              "ArnLike": {
                  "ecs:cluster": "arn:aws:ecs:*:<account>:cluster/<cluster>"
              }
          }
      }
    ]
}"""


class Shell:
    """The article's reader at the prompt: the AWS CLI with a profile `default`, in a directory of files."""

    def __init__(self, account: EnforcedAccount, directory: Path) -> None:
        self.directory = directory
        key, secret = account.root
        (directory / "config").write_text(
            f"[default]\nregion = {account.region}\nendpoint_url = {account.server.endpoint}\n"
            f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
        )

    def __call__(self, command: str) -> Any:
        """Run a command; what it prints, parsed."""
        done = subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=self.directory,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "AWS_CONFIG_FILE": str(self.directory / "config"),
                "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
                "HOME": "/nonexistent",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None


class Stack:
    """What the article's template makes."""

    def __init__(self, account: EnforcedAccount) -> None:
        self.account = account
        self.ecs, self.ec2, self.ecr = (account.client(name) for name in ("ecs", "ec2", "ecr"))
        self.repository = self.ecr.create_repository(repositoryName=REPOSITORY)["repository"]["repositoryUri"]
        self.ecs.create_cluster(clusterName=CLUSTER)
        self.ecs.register_task_definition(
            family=TASKS,
            containerDefinitions=[
                {
                    "name": "rdslogsshipper",
                    "image": self.repository,
                    "cpu": 20,
                    "memory": 128,
                    "essential": True,
                    "workingDirectory": "/usr/src/app",
                    "command": ["python", "-u", "./rdslogsshipper.py"],
                    "environment": [{"name": "RDSLOGSBUCKET", "value": "logs"}],
                }
            ],
            volumes=[{"name": "my-vol", "host": {"sourcePath": "/var/lib/docker/vfs/dir/"}}],
        )
        iam = account.client("iam")
        self.fleet_role = account.role("spotFleetRole", "spotfleet.amazonaws.com", ["ec2:*"])
        account.role(
            "spotFleetInstanceRole", "ec2.amazonaws.com", ["ecs:UpdateContainerInstancesState", "sns:Publish"]
        )
        made = iam.create_instance_profile(InstanceProfileName="spotFleetInstanceProfile", Path="/")
        self.profile = made["InstanceProfile"]["Arn"]
        iam.add_role_to_instance_profile(
            InstanceProfileName="spotFleetInstanceProfile", RoleName="spotFleetInstanceRole"
        )

    def let_instances_register(self) -> None:
        """Attach the managed policy that the template gives to the instances' role."""
        self.account.client("iam").attach_role_policy(
            RoleName="spotFleetInstanceRole",
            PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
        )

    def request_fleet(self) -> str:
        """Ask for the fleet of one instance, in one of the subnets between the commas."""
        subnets = [each["SubnetId"] for each in self.ec2.describe_subnets()["Subnets"]][:3]
        self.ec2.create_key_pair(KeyName="key")
        specification = {
            "IamInstanceProfile": {"Arn": self.profile},
            "ImageId": "ami-62d35c02",
            "InstanceType": "m3.large",
            "KeyName": "key",
            "Monitoring": {"Enabled": True},
            "SubnetId": ",".join(subnets),
            "UserData": base64.b64encode(USER_DATA.encode()).decode(),
        }
        asked = {
            "AllocationStrategy": "diversified",
            "IamFleetRole": self.fleet_role,
            "LaunchSpecifications": [specification],
            "SpotPrice": "0.0246",
            "TargetCapacity": 1,
            "TerminateInstancesWithExpiration": True,
        }
        return str(self.ec2.request_spot_fleet(SpotFleetRequestConfig=asked)["SpotFleetRequestId"])

    def counts(self) -> tuple[int, int]:
        """How many instances and running tasks the cluster has."""
        (cluster,) = self.ecs.describe_clusters(clusters=[CLUSTER])["clusters"]
        return cluster["registeredContainerInstancesCount"], cluster["runningTasksCount"]

    def tasks(self, **of: str) -> list[dict[str, Any]]:
        """The tasks that run or will."""
        arns = self.ecs.list_tasks(cluster=CLUSTER, **of)["taskArns"]
        if not arns:
            return []
        found: list[dict[str, Any]] = self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
        return found

    def push_image(self) -> str:
        """Push an image of one layer; its digest."""
        layer = b"the log shipper" * 1000
        upload = self.ecr.initiate_layer_upload(repositoryName=REPOSITORY)["uploadId"]
        half = len(layer) // 2
        for first, part in ((0, layer[:half]), (half, layer[half:])):
            self.ecr.upload_layer_part(
                repositoryName=REPOSITORY,
                uploadId=upload,
                partFirstByte=first,
                partLastByte=first + len(part) - 1,
                layerPartBlob=part,
            )
        digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
        done = self.ecr.complete_layer_upload(
            repositoryName=REPOSITORY, uploadId=upload, layerDigests=[digest]
        )
        assert done["layerDigest"] == digest
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "application/json", "size": 2, "digest": f"sha256:{'0' * 64}"},
            "layers": [{"mediaType": "application/x-tar", "size": len(layer), "digest": digest}],
        }
        put = self.ecr.put_image(
            repositoryName=REPOSITORY, imageManifest=json.dumps(manifest), imageTag="latest"
        )
        return str(put["image"]["imageId"]["imageDigest"])

    def failed_invocations(self) -> float:
        """How often the rule could not run the task."""
        now = datetime.fromisoformat(self.account.server.get("clock")["now"])
        points = self.account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Events",
            MetricName="FailedInvocations",
            Dimensions=[{"Name": "RuleName", "Value": "demo-ecs-task-rule"}],
            StartTime=now - timedelta(days=1),
            EndTime=now + timedelta(minutes=1),
            Period=86_400,
            Statistics=["Sum"],
        )["Datapoints"]
        return sum(float(each["Sum"]) for each in points)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with start("--memory", "--clock", "virtual:2017-08-01T12:00:00Z", "--iam", "enforce") as server:
        yield Stack(EnforcedAccount(server, ACCOUNT, REGION))


def test_the_article(stack: Stack, tmp_path: Path) -> None:
    server, shell = stack.account.server, Shell(stack.account, tmp_path)
    digest = stack.push_image()
    fleet = stack.request_fleet()
    server.advance(60)
    (active,) = stack.ec2.describe_spot_fleet_requests(SpotFleetRequestIds=[fleet])["SpotFleetRequestConfigs"]
    assert active["SpotFleetRequestState"] == "active"
    assert stack.counts() == (0, 0)  # the role of the instances does not let them register
    stack.let_instances_register()
    server.advance(300)
    assert stack.counts() == (1, 0)

    shell(PUT_RULE)
    (tmp_path / "event-role.json").write_text(EVENT_ROLE)
    role = shell(CREATE_ROLE)["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(EVENT_ROLE)
    names = {"<account>": ACCOUNT, "<definition>": f"{TASKS}:1", "<cluster>": CLUSTER}
    text = EVENT_POLICY
    for name, value in names.items():
        text = text.replace(name, value)
    (tmp_path / "event-policy.json").write_text(text)
    assert shell(CREATE_POLICY)["Policy"]["PolicyName"] == "test-policy"
    shell(ATTACH_POLICY)
    assert shell(PUT_TARGETS) == {"FailedEntries": [], "FailedEntryCount": 0}

    ran = stack.ecs.run_task(cluster=CLUSTER, taskDefinition=TASKS)
    assert ran["failures"] == []
    server.advance(31 * 60)
    assert stack.counts() == (1, 3)
    by_rule = stack.tasks(startedBy="events-rule/demo-ecs-task-rule")
    assert [each["lastStatus"] for each in by_rule] == ["RUNNING", "RUNNING"]
    assert {each["taskDefinitionArn"].rpartition("/")[2] for each in by_rule} == {f"{TASKS}:1"}
    (container,) = by_rule[0]["containers"]
    assert (container["image"], container["imageDigest"]) == (stack.repository, digest)
    assert stack.failed_invocations() == 0


def test_a_policy_for_another_cluster_and_a_cluster_without_instances(stack: Stack, tmp_path: Path) -> None:
    server, shell = stack.account.server, Shell(stack.account, tmp_path)
    with pytest.raises(botocore.exceptions.ClientError, match="No Container Instances were found"):
        stack.ecs.run_task(cluster=CLUSTER, taskDefinition=TASKS)
    stack.let_instances_register()
    fleet = stack.request_fleet()
    server.advance(60)
    shell(PUT_RULE)
    (tmp_path / "event-role.json").write_text(EVENT_ROLE)
    shell(CREATE_ROLE)
    for_another = {
        "Effect": "Allow",
        "Action": "ecs:RunTask",
        "Resource": "*",
        "Condition": {"ArnLike": {"ecs:cluster": f"arn:aws:ecs:*:{ACCOUNT}:cluster/another"}},
    }
    (tmp_path / "event-policy.json").write_text(policy(for_another))
    shell(CREATE_POLICY)
    shell(ATTACH_POLICY)
    shell(PUT_TARGETS)
    server.advance(16 * 60)
    assert stack.tasks() == []
    assert stack.failed_invocations() == 1

    right = {**for_another, "Condition": {}}
    stack.account.client("iam").put_role_policy(
        RoleName="Test-Role", PolicyName="right", PolicyDocument=policy(right)
    )
    stack.ec2.cancel_spot_fleet_requests(SpotFleetRequestIds=[fleet], TerminateInstances=True)
    server.advance(16 * 60)
    assert stack.counts() == (0, 0)
    assert stack.failed_invocations() == 2
