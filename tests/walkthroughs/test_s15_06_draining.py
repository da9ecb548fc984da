"""S15, row 15.6: instances of an ECS cluster are drained before they are terminated.

A terminating instance waits for a lifecycle hook, whose topic tells a function: it drains the container
instance. A rule tells it of each change of an instance that is drained; once no task is left there, it lets
the instance go.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.aws.conftest import Client
from tests.aws.test_lambda import make_function

from windsock.testing import Server

ACCOUNT = "731500000006"
DRAIN = """
import json
import os

import boto3

ecs, autoscaling = boto3.client("ecs"), boto3.client("autoscaling")
CLUSTER = os.environ["CLUSTER"]


def handler(event, context):
    if "Records" in event:
        message = json.loads(event["Records"][0]["Sns"]["Message"])
        if message.get("LifecycleTransition") == "autoscaling:EC2_INSTANCE_TERMINATING":
            query = f"ec2InstanceId == {message['EC2InstanceId']}"
            arns = ecs.list_container_instances(cluster=CLUSTER, filter=query)["containerInstanceArns"]
            ecs.update_container_instances_state(cluster=CLUSTER, containerInstances=arns, status="DRAINING")
    elif not ecs.list_tasks(cluster=CLUSTER, containerInstance=event["resources"][0])["taskArns"]:
        autoscaling.complete_lifecycle_action(
            LifecycleHookName="drain",
            AutoScalingGroupName="nodes",
            InstanceId=event["detail"]["ec2InstanceId"],
            LifecycleActionResult="CONTINUE",
        )
"""
DRAINED = {
    "source": ["aws.ecs"],
    "detail-type": ["ECS Container Instance State Change"],
    "detail": {"status": ["DRAINING"]},
}
USER_DATA = "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"


def trust(service: str) -> str:
    """The trust policy of a role that a service takes."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_cluster(client: Client) -> Any:
    """A cluster of two instances of a group."""
    iam, ecs, autoscaling = (client(name, ACCOUNT) for name in ("iam", "ecs", "autoscaling"))
    iam.create_role(RoleName="node", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    iam.create_instance_profile(InstanceProfileName="node")
    iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")
    iam.create_role(RoleName="hook", AssumeRolePolicyDocument=trust("autoscaling.amazonaws.com"))
    ecs.create_cluster(clusterName="web")
    ecs.register_task_definition(
        family="app", containerDefinitions=[{"name": "app", "image": "nginx", "memory": 256}]
    )
    client("ec2", ACCOUNT).create_launch_template(
        LaunchTemplateName="node",
        LaunchTemplateData={
            "ImageId": "ami-12345678",
            "InstanceType": "t2.medium",
            "IamInstanceProfile": {"Name": "node"},
            "UserData": base64.b64encode(USER_DATA.encode()).decode(),
        },
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="nodes",
        LaunchTemplate={"LaunchTemplateName": "node"},
        MinSize=1,
        MaxSize=2,
        DesiredCapacity=2,
        AvailabilityZones=["us-east-1a"],
    )
    return ecs


def test_tasks_move_before_their_instance_is_terminated(client: Client, windsock: Server) -> None:
    ecs = make_cluster(client)
    sns, autoscaling = client("sns", ACCOUNT), client("autoscaling", ACCOUNT)
    topic = sns.create_topic(Name="terminating")["TopicArn"]
    function = make_function(
        client("lambda", ACCOUNT), "drain", DRAIN, Environment={"Variables": {"CLUSTER": "web"}}
    )
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    events = client("events", ACCOUNT)
    events.put_rule(Name="drained", EventPattern=json.dumps(DRAINED))
    events.put_targets(Rule="drained", Targets=[{"Id": "function", "Arn": function}])
    autoscaling.put_lifecycle_hook(
        LifecycleHookName="drain",
        AutoScalingGroupName="nodes",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        NotificationTargetARN=topic,
        RoleARN=f"arn:aws:iam::{ACCOUNT}:role/hook",
        HeartbeatTimeout=900,
    )
    windsock.advance(120)
    ecs.create_service(cluster="web", serviceName="site", taskDefinition="app", desiredCount=2)
    windsock.advance(60)
    before = instances(ecs)
    assert sorted(each["runningTasksCount"] for each in before) == [1, 1]

    autoscaling.set_desired_capacity(AutoScalingGroupName="nodes", DesiredCapacity=1)
    windsock.advance(300)
    (left,) = instances(ecs)
    assert left["runningTasksCount"] == 2
    (service,) = ecs.describe_services(cluster="web", services=["site"])["services"]
    assert (service["runningCount"], service["pendingCount"]) == (2, 0)
    (gone,) = [each for each in before if each["ec2InstanceId"] != left["ec2InstanceId"]]
    tasks = ecs.list_tasks(cluster="web", desiredStatus="STOPPED")["taskArns"]
    (moved,) = ecs.describe_tasks(cluster="web", tasks=tasks)["tasks"]
    assert moved["containerInstanceArn"] == gone["containerInstanceArn"]
    assert moved["stopCode"] == "ServiceSchedulerInitiated"  # not the end of its host


def instances(ecs: Any) -> list[dict[str, Any]]:
    """The container instances of the cluster."""
    arns = ecs.list_container_instances(cluster="web")["containerInstanceArns"]
    found: list[dict[str, Any]] = ecs.describe_container_instances(cluster="web", containerInstances=arns)[
        "containerInstances"
    ]
    return found
