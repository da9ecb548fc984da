"""S3, row 3.1: Auto Scaling publishes to the hub; one function warms caches, one saves logs in time."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.walkthroughs.test_s3_publishers import Hub, hub

__all__ = ["hub"]

WARMS_CACHES = """
import json

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    message = json.loads(event["Records"][0]["Sns"]["Message"])
    if message.get("Event") == "autoscaling:EC2_INSTANCE_LAUNCH":
        s3.put_object(Bucket="work", Key="warm/" + message["EC2InstanceId"], Body=message["Cause"])
"""

SAVES_LOGS = """
import json

import boto3

s3 = boto3.client("s3")
autoscaling = boto3.client("autoscaling")


def handler(event, context):
    message = json.loads(event["Records"][0]["Sns"]["Message"])
    if message.get("LifecycleTransition") != "autoscaling:EC2_INSTANCE_TERMINATING":
        return
    instance = message["EC2InstanceId"]
    found = autoscaling.describe_auto_scaling_instances(InstanceIds=[instance])["AutoScalingInstances"][0]
    s3.put_object(Bucket="work", Key="logs/" + instance, Body=found["LifecycleState"])
    autoscaling.complete_lifecycle_action(
        LifecycleHookName=message["LifecycleHookName"],
        AutoScalingGroupName=message["AutoScalingGroupName"],
        LifecycleActionToken=message["LifecycleActionToken"],
        LifecycleActionResult="CONTINUE",
    )
"""


def test_3_1_instances_that_come_and_go_are_told_to_two_functions(hub: Callable[[str], Hub]) -> None:
    here = hub("310000000001")
    iam, s3, autoscaling = here.client("iam"), here.client("s3"), here.client("autoscaling")
    s3.create_bucket(Bucket="work")
    here.function("warms", WARMS_CACHES)
    here.function("saves", SAVES_LOGS)
    trusts = {
        "Effect": "Allow",
        "Principal": {"Service": "autoscaling.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trusts]})
    role = iam.create_role(RoleName="notifies", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="lc", ImageId="ami-12c6146b", InstanceType="t2.micro"
    )
    group = {"AutoScalingGroupName": "web"}
    autoscaling.create_auto_scaling_group(
        **group, LaunchConfigurationName="lc", MinSize=0, MaxSize=1, AvailabilityZones=["us-east-1a"]
    )
    autoscaling.put_notification_configuration(
        **group, TopicARN=here.topic, NotificationTypes=["autoscaling:EC2_INSTANCE_LAUNCH"]
    )
    autoscaling.put_lifecycle_hook(
        **group,
        LifecycleHookName="save-logs",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        NotificationTargetARN=here.topic,
        RoleARN=role,
    )

    autoscaling.set_desired_capacity(**group, DesiredCapacity=1)
    here.windsock.advance(10)
    (instance,) = autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"]
    name = instance["InstanceId"]
    warmed = s3.get_object(Bucket="work", Key=f"warm/{name}")["Body"].read()
    assert b"increasing the capacity from 0 to 1" in warmed

    autoscaling.set_desired_capacity(**group, DesiredCapacity=0)
    here.windsock.advance(1)
    assert s3.get_object(Bucket="work", Key=f"logs/{name}")["Body"].read() == b"Terminating:Wait"
    here.windsock.advance(1)
    assert autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"] == []
