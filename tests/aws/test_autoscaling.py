"""Auto Scaling by the AWS CLI, with the commands of AWS's pages on lifecycle hooks and notifications."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.aws.conftest import AwsCli

from windsock.testing import Server

ACCOUNT = "320000000001"
GROUP = ("--auto-scaling-group-name", "my-asg")


def test_an_instance_waits_for_its_hook(aws: Callable[[str], AwsCli], windsock: Server) -> None:
    cli = aws(ACCOUNT)

    def scale(command: str, *words: str) -> Any:
        printed = cli("autoscaling", command, *words)
        return json.loads(printed) if printed else None

    topic = json.loads(cli("sns", "create-topic", "--name", "my-sns-topic"))["TopicArn"]
    lc = ("--launch-configuration-name", "my-lc")
    scale("create-launch-configuration", *lc, "--image-id", "ami-12c6146b", "--instance-type", "t2.micro")
    sizes = ("--min-size", "0", "--max-size", "2", "--availability-zones", "us-east-1a")
    scale("create-auto-scaling-group", *GROUP, *lc, *sizes)
    types = ("autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE")
    scale("put-notification-configuration", *GROUP, "--topic-arn", topic, "--notification-types", *types)
    listed = scale("describe-notification-configurations")["NotificationConfigurations"]
    assert [each["NotificationType"] for each in listed] == list(types)

    hook = ("--lifecycle-hook-name", "my-launch-hook", *GROUP)
    transition = ("--lifecycle-transition", "autoscaling:EC2_INSTANCE_LAUNCHING")
    scale("put-lifecycle-hook", *hook, *transition, "--heartbeat-timeout", "4800")
    (described,) = scale("describe-lifecycle-hooks", *GROUP)["LifecycleHooks"]
    assert described == {
        "LifecycleHookName": "my-launch-hook",
        "AutoScalingGroupName": "my-asg",
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
        "HeartbeatTimeout": 4800,
        "GlobalTimeout": 172800,
        "DefaultResult": "ABANDON",
    }

    scale("set-desired-capacity", *GROUP, "--desired-capacity", "1")
    (waiting,) = scale("describe-auto-scaling-instances")["AutoScalingInstances"]
    assert waiting["LifecycleState"] == "Pending:Wait"
    instance = ("--instance-id", waiting["InstanceId"])
    windsock.advance(4000)
    scale("record-lifecycle-action-heartbeat", *hook, *instance)
    windsock.advance(4000)
    scale("complete-lifecycle-action", "--lifecycle-action-result", "CONTINUE", *hook, *instance)
    windsock.advance(1)
    (group,) = scale("describe-auto-scaling-groups")["AutoScalingGroups"]
    assert [each["LifecycleState"] for each in group["Instances"]] == ["InService"]
    (activity,) = scale("describe-scaling-activities", *GROUP)["Activities"]
    assert (activity["StatusCode"], activity["Progress"]) == ("Successful", 100)
    assert json.loads(activity["Details"])["Availability Zone"] == "us-east-1a"

    again = ("--lifecycle-action-result", "CONTINUE", *hook, *instance)
    refused = cli("autoscaling", "complete-lifecycle-action", *again, check=False)
    assert (
        "(ValidationError) when calling the CompleteLifecycleAction operation: No active Lifecycle" in refused
    )
