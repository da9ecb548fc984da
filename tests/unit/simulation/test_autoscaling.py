"""Auto Scaling: instances wait for hooks, move on when answered or when it is too late, and it is told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.engine.settings import EngineSettings
from windsock.kernel.errors import AwsError
from windsock.simulation.backend import call_log, moto

GROUP = "web"
LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING"
TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING"
ROLE = "arn:aws:iam::000000000000:role/notifier"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "autoscaling.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class Groups:
    """A driver of one group, and a queue with every event of Auto Scaling's."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def driver(self) -> Driver:
        return self._machine.driver

    async def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        """An operation on the group."""
        return await self.driver("autoscaling", operation, AutoScalingGroupName=GROUP, **params)

    async def make(self, **params: Any) -> None:
        """The group, from a launch configuration that gives public addresses."""
        await self.listen()
        await self.driver(
            "autoscaling",
            "CreateLaunchConfiguration",
            LaunchConfigurationName="lc",
            ImageId="ami-12c6146b",
            InstanceType="t2.micro",
            AssociatePublicIpAddress=True,
        )
        settings = {"MinSize": 0, "MaxSize": 4, "AvailabilityZones": ["us-east-1a"], **params}
        await self("CreateAutoScalingGroup", LaunchConfigurationName="lc", **settings)

    async def listen(self) -> None:
        queue = await self.driver("sqs", "CreateQueue", QueueName="events")
        attributes = {"QueueUrl": queue["QueueUrl"], "AttributeNames": ["QueueArn"]}
        arn = (await self.driver("sqs", "GetQueueAttributes", **attributes))["Attributes"]["QueueArn"]
        await self.driver("events", "PutRule", Name="all", EventPattern='{"source": ["aws.autoscaling"]}')
        await self.driver("events", "PutTargets", Rule="all", Targets=[{"Id": "q", "Arn": arn}])

    async def hook(self, name: str, transition: str, **params: Any) -> None:
        await self("PutLifecycleHook", LifecycleHookName=name, LifecycleTransition=transition, **params)

    async def scale(self, capacity: int) -> None:
        await self("SetDesiredCapacity", DesiredCapacity=capacity)
        await self.driver.settle()

    async def instances(self) -> dict[str, str]:
        """The states of the group's instances."""
        described = await self.driver(
            "autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=[GROUP]
        )
        (group,) = described["AutoScalingGroups"]
        return {each["InstanceId"]: each["LifecycleState"] for each in group["Instances"]}

    async def states(self) -> list[str]:
        return sorted((await self.instances()).values())

    async def activities(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self("DescribeScalingActivities"))["Activities"]
        return found

    async def complete(self, hook: str, result: str, **which: Any) -> None:
        await self("CompleteLifecycleAction", LifecycleHookName=hook, LifecycleActionResult=result, **which)
        await self.driver.settle()

    async def events(self) -> list[dict[str, Any]]:
        """The events since they were last asked for."""
        return [json.loads(body) for body in await self.messages("events")]

    async def messages(self, queue: str) -> list[str]:
        """What is in a queue, taken out of it."""
        await self.driver.settle()
        bodies = []
        asked: dict[str, Any] = {"QueueUrl": f"/000000000000/{queue}", "MaxNumberOfMessages": 10}
        while found := (await self.driver("sqs", "ReceiveMessage", **asked)).get("Messages"):
            for each in found:
                bodies.append(each["Body"])
                handle = each["ReceiptHandle"]
                await self.driver("sqs", "DeleteMessage", QueueUrl=asked["QueueUrl"], ReceiptHandle=handle)
        return bodies


@pytest.fixture
def groups(machine: Machine) -> Groups:
    return Groups(machine)


def _types(events: list[dict[str, Any]]) -> list[str]:
    return [each["detail-type"].removeprefix("EC2 ") for each in events]


async def test_without_hooks_an_instance_comes_into_service_and_goes_by_itself(groups: Groups) -> None:
    await groups.make(DesiredCapacity=1)
    assert await groups.states() == ["Pending"]
    await groups.driver.advance(10)
    ((instance, state),) = (await groups.instances()).items()
    assert state == "InService"
    described = await groups.driver("ec2", "DescribeInstances", InstanceIds=[instance])
    assert described["Reservations"][0]["Instances"][0]["State"]["Name"] == "running"
    (event,) = await groups.events()
    arn = event["resources"][0]
    assert re.fullmatch(
        "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName/web",
        arn,
    )
    assert event["resources"] == [arn, f"arn:aws:ec2:us-east-1:000000000000:instance/{instance}"]
    detail = event["detail"]
    assert list(detail) == [
        "StatusCode", "Description", "AutoScalingGroupName", "ActivityId", "Details", "RequestId",
        "StatusMessage", "EndTime", "EC2InstanceId", "StartTime", "Cause",
    ]  # fmt: skip
    assert detail["Description"] == f"Launching a new EC2 instance: {instance}"
    assert detail["StartTime"] == "2017-01-02T00:00:00Z"
    assert detail["EndTime"] == "2017-01-02T00:00:10Z"
    assert detail["Details"]["Availability Zone"] == "us-east-1a"
    assert detail["Cause"] == (
        "At 2017-01-02T00:00:00Z a user request created an AutoScalingGroup changing the desired capacity "
        "from 0 to 1.  At 2017-01-02T00:00:00Z an instance was started in response to a difference between "
        "desired and actual capacity, increasing the capacity from 0 to 1."
    )
    await groups.scale(0)
    assert await groups.states() == ["Terminating"]
    await groups.driver.advance(1)
    assert await groups.states() == []
    assert _types(await groups.events()) == ["Instance Terminate Successful"]
    described = await groups.driver("ec2", "DescribeInstances", InstanceIds=[instance])
    assert described["Reservations"][0]["Instances"][0]["State"]["Name"] in ("shutting-down", "terminated")
    ended, launched = await groups.activities()
    assert (ended["StatusCode"], ended["Progress"]) == ("Successful", 100)
    assert ended["Description"] == f"Terminating EC2 instance: {instance}"
    assert ended["Cause"].endswith(
        "shrinking the capacity from 1 to 0.  "
        f"At 2017-01-02T00:00:10Z instance {instance} was selected for termination."
    )
    assert launched["EndTime"].isoformat() == "2017-01-02T00:00:10+00:00"


async def test_an_instance_waits_for_the_launching_hook(groups: Groups) -> None:
    await groups.make()
    await groups.hook("hook-launching", LAUNCHING)
    await groups.scale(1)
    ((instance, state),) = (await groups.instances()).items()
    assert state == "Pending:Wait"
    described = await groups.driver("ec2", "DescribeInstances", InstanceIds=[instance])
    assert described["Reservations"][0]["Instances"][0]["PublicIpAddress"]
    (event,) = await groups.events()
    token = event["detail"]["LifecycleActionToken"]
    assert event["detail-type"] == "EC2 Instance-launch Lifecycle Action"
    assert event["detail"] == {
        "LifecycleHookName": "hook-launching",
        "AutoScalingGroupName": GROUP,
        "LifecycleActionToken": token,
        "LifecycleTransition": LAUNCHING,
        "EC2InstanceId": instance,
    }
    assert len(event["resources"]) == 1
    (activity,) = await groups.activities()
    assert activity["StatusCode"] == "MidLifecycleAction"
    await groups.driver.advance(1800)
    assert await groups.states() == ["Pending:Wait"]
    await groups.complete("hook-launching", "CONTINUE", LifecycleActionToken=token)
    assert await groups.states() == ["Pending:Proceed"]
    await groups.driver.advance(1)
    assert await groups.states() == ["InService"]
    assert _types(await groups.events()) == ["Instance Launch Successful"]
    with pytest.raises(AwsError, match=f"No active Lifecycle Action found with token {token}"):
        await groups.complete("hook-launching", "CONTINUE", LifecycleActionToken=token)


async def test_an_abandoned_launch_ends_the_instance_and_is_tried_again(groups: Groups) -> None:
    await groups.make()
    await groups.hook("launch", LAUNCHING)
    await groups.scale(1)
    (instance,) = await groups.instances()
    await groups.events()
    await groups.complete("launch", "ABANDON", InstanceId=instance)
    assert await groups.states() == ["Terminating"]
    (event,) = await groups.events()
    assert event["detail-type"] == "EC2 Instance Launch Unsuccessful"
    assert event["detail"]["StatusCode"] == "Failed"
    assert event["detail"]["EC2InstanceId"] == instance
    assert "Description" not in event["detail"]
    message = event["detail"]["StatusMessage"]
    assert re.fullmatch(
        "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token [0-9a-f-]{36} "
        "was abandoned: Lifecycle Action Completed with ABANDON Result",
        message,
    )
    failed = (await groups.activities())[1]
    assert (failed["StatusCode"], failed["StatusMessage"]) == ("Cancelled", message)
    await groups.driver.advance(1)
    assert await groups.states() == []
    await groups.driver.advance(60)
    assert await groups.states() == ["Pending:Wait"]
    (other,) = await groups.instances()
    assert other != instance
    await groups.complete("launch", "ABANDON", InstanceId=other)
    await groups.driver.advance(61)
    assert await groups.states() == []
    await groups.driver.advance(60)
    assert await groups.states() == ["Pending:Wait"]


async def test_without_an_answer_the_default_result_counts(groups: Groups) -> None:
    await groups.make()
    await groups.hook("launch", LAUNCHING)
    await groups.hook("terminate", TERMINATING, DefaultResult="CONTINUE", HeartbeatTimeout=60)
    await groups.scale(1)
    await groups.driver.advance(3599)
    assert await groups.states() == ["Pending:Wait"]
    await groups.driver.advance(1)
    assert await groups.states() == ["Terminating:Wait"]
    events = await groups.events()
    assert _types(events) == [
        "Instance-launch Lifecycle Action",
        "Instance Launch Unsuccessful",
        "Instance-terminate Lifecycle Action",
    ]
    assert events[1]["detail"]["StatusMessage"].endswith("was abandoned: Heartbeat Timeout")
    await groups("SuspendProcesses", ScalingProcesses=["Launch"])
    await groups.driver.advance(61)
    assert await groups.states() == []
    await groups("ResumeProcesses", ScalingProcesses=["Launch"])
    assert await groups.states() == ["Pending:Wait"]


async def test_heartbeats_postpone_the_end_up_to_a_limit(groups: Groups) -> None:
    await groups.make()
    await groups.hook("launch", LAUNCHING, HeartbeatTimeout=30, DefaultResult="CONTINUE")
    await groups.scale(1)
    (instance,) = await groups.instances()
    for _ in range(149):  # a hundred heartbeats' time is the most
        await groups.driver.advance(20)
        await groups("RecordLifecycleActionHeartbeat", LifecycleHookName="launch", InstanceId=instance)
    assert await groups.states() == ["Pending:Wait"]
    await groups.driver.advance(19)
    assert await groups.states() == ["Pending:Wait"]
    await groups.driver.advance(2)
    assert await groups.states() == ["InService"]


@pytest.mark.parametrize("result", ["CONTINUE", "ABANDON"])
async def test_a_terminating_instance_goes_whatever_the_answer(groups: Groups, result: str) -> None:
    await groups.make(DesiredCapacity=1)
    await groups.driver.advance(10)
    await groups.hook("terminate", TERMINATING, NotificationMetadata="logs")
    await groups.events()
    await groups.scale(0)
    ((instance, state),) = (await groups.instances()).items()
    assert state == "Terminating:Wait"
    (event,) = await groups.events()
    assert event["detail-type"] == "EC2 Instance-terminate Lifecycle Action"
    assert event["detail"]["LifecycleTransition"] == TERMINATING
    assert event["detail"]["NotificationMetadata"] == "logs"
    await groups.complete("terminate", result, InstanceId=instance)
    assert await groups.states() == ["Terminating:Proceed"]
    await groups.driver.advance(1)
    assert await groups.states() == []
    assert _types(await groups.events()) == ["Instance Terminate Successful"]


async def test_all_hooks_must_be_answered_but_one_abandon_is_enough(groups: Groups) -> None:
    await groups.make()
    await groups.hook("first", LAUNCHING)
    await groups.hook("second", LAUNCHING)
    await groups.scale(2)
    one, two = await groups.instances()
    assert len({each["detail"]["LifecycleActionToken"] for each in await groups.events()}) == 4
    await groups.complete("first", "CONTINUE", InstanceId=one)
    await groups.complete("first", "ABANDON", InstanceId=two)
    assert await groups.instances() == {one: "Pending:Wait", two: "Terminating"}
    await groups.complete("second", "CONTINUE", InstanceId=one)
    with pytest.raises(AwsError, match=f"No active Lifecycle Action found with instance ID {two}"):
        await groups.complete("second", "CONTINUE", InstanceId=two)
    await groups.driver.advance(1)
    assert await groups.instances() == {one: "InService"}


async def test_what_waits_goes_on_waiting_after_a_restart(
    groups: Groups, machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(moto, "CALLS_BETWEEN_STATES", 3)  # so some of it is in a state, some replayed
    await groups.make()
    await groups.hook("launch", LAUNCHING, DefaultResult="CONTINUE")
    await groups.scale(1)
    before = await groups.instances()
    for _ in range(1000):  # a state is written beside the calls that are answered meanwhile
        if call_log.base(groups.driver.engine.store) is not None:
            break
        await groups.states()
    await machine.restart()
    assert await groups.instances() == before
    await groups.driver.advance(3599)
    assert await groups.states() == ["Pending:Wait"]
    await machine.restart()
    await groups.driver.advance(2)
    assert await groups.instances() == dict.fromkeys(before, "InService")
    activities = await groups.activities()
    await machine.restart()
    assert await groups.activities() == activities
    assert call_log.base(groups.driver.engine.store) is not None
    assert "answered otherwise" not in caplog.text


async def test_hooks_have_the_defaults_of_aws(groups: Groups) -> None:
    await groups.make()
    await groups.hook("h", LAUNCHING)
    (hook,) = (await groups("DescribeLifecycleHooks"))["LifecycleHooks"]
    assert hook == {
        "LifecycleHookName": "h",
        "AutoScalingGroupName": GROUP,
        "LifecycleTransition": LAUNCHING,
        "HeartbeatTimeout": 3600,
        "GlobalTimeout": 172_800,
        "DefaultResult": "ABANDON",
    }
    await groups("PutLifecycleHook", LifecycleHookName="h", HeartbeatTimeout=60)
    (hook,) = (await groups("DescribeLifecycleHooks"))["LifecycleHooks"]
    assert (hook["HeartbeatTimeout"], hook["GlobalTimeout"]) == (60, 6000)
    await groups("DeleteLifecycleHook", LifecycleHookName="h")
    assert (await groups("DescribeLifecycleHooks"))["LifecycleHooks"] == []


TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
HOOK = {"LifecycleHookName": "h", "LifecycleTransition": LAUNCHING}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("SetDesiredCapacity", {"DesiredCapacity": 5}, "New SetDesiredCapacity value 5 is above max value 4"),
    ("UpdateAutoScalingGroup", {"MinSize": 5}, "Max bound, 4, must be greater than or equal to min bound, 5"),
    ("UpdateAutoScalingGroup", {"DesiredCapacity": 9}, "Desired capacity:9 must be between the specified"),
    ("PutLifecycleHook", {**HOOK, "LifecycleTransition": "no"}, "Lifecycle Transition must be one of"),
    ("PutLifecycleHook", {**HOOK, "DefaultResult": "no"}, "Default result must be one of CONTINUE, ABANDON"),
    ("PutLifecycleHook", {**HOOK, "HeartbeatTimeout": 29}, "must be between 30 and 7200 seconds"),
    ("DeleteLifecycleHook", {"LifecycleHookName": "h"}, "No Lifecycle Hook found with name: h"),
    ("DetachInstances", {"InstanceIds": ["i-0"], "ShouldDecrementDesiredCapacity": True}, "i-0 is not part"),
    ("PutNotificationConfiguration", {"TopicARN": TOPIC, "NotificationTypes": ["no"]}, "no is not valid"),
]


async def test_what_is_refused(groups: Groups) -> None:
    await groups.make()
    for operation, params, message in REFUSED:
        with pytest.raises(AwsError, match=message) as refused:
            await groups(operation, **params)
        assert refused.value.code == "ValidationError"
    with pytest.raises(AwsError, match="already exists"):
        await groups("CreateAutoScalingGroup", LaunchConfigurationName="lc", MinSize=0, MaxSize=1)
    with pytest.raises(AwsError, match="AutoScalingGroup 'none' not found"):
        await groups.driver("autoscaling", "DescribeLifecycleHooks", AutoScalingGroupName="none")


async def test_attaching_and_detaching_wait_for_no_hook_and_tell_nobody(groups: Groups) -> None:
    await groups.make()
    await groups.hook("launch", LAUNCHING)
    await groups.hook("terminate", TERMINATING)
    reservation = await groups.driver("ec2", "RunInstances", ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    instance = reservation["Instances"][0]["InstanceId"]
    await groups("AttachInstances", InstanceIds=[instance])
    assert await groups.instances() == {instance: "InService"}
    with pytest.raises(AwsError, match=f"{instance} is already part of AutoScalingGroup:web"):
        await groups("AttachInstances", InstanceIds=[instance])
    detached = await groups("DetachInstances", InstanceIds=[instance], ShouldDecrementDesiredCapacity=True)
    assert detached["Activities"][0]["Description"] == f"Detaching EC2 instance: {instance}"
    assert await groups.instances() == {}
    assert await groups.events() == []
    described = await groups.driver("ec2", "DescribeInstances", InstanceIds=[instance])
    assert described["Reservations"][0]["Instances"][0]["State"]["Name"] in ("pending", "running")
    await groups("AttachInstances", InstanceIds=[instance])
    await groups("DetachInstances", InstanceIds=[instance], ShouldDecrementDesiredCapacity=False)
    assert await groups.states() == ["Pending:Wait"]


async def test_instances_that_are_terminated_or_unhealthy_are_replaced(groups: Groups) -> None:
    await groups.make(DesiredCapacity=2)
    await groups.driver.advance(10)
    one, two = await groups.instances()
    await groups.driver("ec2", "TerminateInstances", InstanceIds=[one])
    await groups.driver("autoscaling", "SetInstanceHealth", InstanceId=two, HealthStatus="Unhealthy")
    await groups.driver.advance(10)
    now = await groups.instances()
    assert list(now.values()) == ["InService", "InService"]
    assert not {one, two} & set(now)
    causes = [each["Cause"].partition(" ")[2].partition(" ")[2] for each in await groups.activities()]
    assert (
        causes[0] == "an instance was launched in response to an unhealthy instance needing to be replaced."
    )
    assert causes[1] == "an instance was taken out of service in response to a user health-check."
    assert causes[3].startswith("an instance was taken out of service in response to an EC2 health check")


async def test_an_instance_is_terminated_by_name(groups: Groups) -> None:
    await groups.make(DesiredCapacity=2)
    await groups.driver.advance(10)
    one, two = await groups.instances()

    async def terminate(instance: str, shrinks: bool) -> str:
        done = await groups.driver(
            "autoscaling",
            "TerminateInstanceInAutoScalingGroup",
            InstanceId=instance,
            ShouldDecrementDesiredCapacity=shrinks,
        )
        return str(done["Activity"]["Cause"])

    assert (await terminate(one, True)).endswith("user request, shrinking the capacity from 2 to 1.")
    assert (await terminate(two, False)).endswith("was taken out of service in response to a user request.")
    assert await groups.states() == ["Pending", "Terminating", "Terminating"]
    await groups.driver.advance(10)
    assert await groups.states() == ["InService"]


async def test_a_group_with_instances_is_deleted_by_force_only(groups: Groups) -> None:
    await groups.make(DesiredCapacity=1)
    await groups.hook("terminate", TERMINATING)
    with pytest.raises(AwsError) as refused:
        await groups("DeleteAutoScalingGroup")
    assert refused.value.code == "ResourceInUse"
    await groups("DeleteAutoScalingGroup", ForceDelete=True)
    await groups.driver.advance(10)
    assert (await groups.driver("autoscaling", "DescribeAutoScalingGroups"))["AutoScalingGroups"] == []
    assert _types(await groups.events()) == ["Instance Terminate Successful"]
    assert await groups.activities() == []
    kept = await groups("DescribeScalingActivities", IncludeDeletedGroups=True, MaxRecords=1)
    rest = await groups("DescribeScalingActivities", IncludeDeletedGroups=True, NextToken=kept["NextToken"])
    assert [len(each["Activities"]) for each in (kept, rest)] == [1, 1]


async def test_policies_and_updates_change_the_capacity(groups: Groups) -> None:
    await groups.make()
    policy = await groups(
        "PutScalingPolicy", PolicyName="out", AdjustmentType="ChangeInCapacity", ScalingAdjustment=3
    )
    await groups.driver("autoscaling", "ExecutePolicy", PolicyName=policy["PolicyARN"])
    assert len(await groups.states()) == 3
    await groups("ExecutePolicy", PolicyName="out")
    assert len(await groups.states()) == 4  # the most there may be
    await groups("UpdateAutoScalingGroup", MaxSize=1)
    await groups.driver.advance(10)
    assert await groups.states() == ["InService"]
    latest = (await groups.activities())[0]["Cause"]
    assert (
        "a user request update of AutoScalingGroup constraints to min: 0, max: 1, desired: 1 changing"
        in latest
    )


async def test_a_launch_that_ec2_refuses_is_told_and_tried_again(groups: Groups) -> None:
    vpc = await groups.driver("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")
    network = {"VpcId": vpc["Vpc"]["VpcId"], "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a"}
    subnet = (await groups.driver("ec2", "CreateSubnet", **network))["Subnet"]["SubnetId"]
    await groups.make(VPCZoneIdentifier=subnet)
    await groups.driver("ec2", "DeleteSubnet", SubnetId=subnet)
    await groups.scale(1)
    (event,) = await groups.events()
    assert event["detail-type"] == "EC2 Instance Launch Unsuccessful"
    assert subnet in event["detail"]["StatusMessage"]
    assert len(event["resources"]) == 1
    await groups.driver.advance(60)
    assert _types(await groups.events()) == ["Instance Launch Unsuccessful"]


async def test_topics_are_told_of_what_they_asked_for(groups: Groups) -> None:
    await groups.make()
    topic = (await groups.driver("sns", "CreateTopic", Name="scaling"))["TopicArn"]
    await groups.driver("sqs", "CreateQueue", QueueName="mail")
    await groups.driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs",
                        Endpoint="arn:aws:sqs:us-east-1:000000000000:mail")  # fmt: skip
    types = ["autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_LAUNCH_ERROR"]
    await groups("PutNotificationConfiguration", TopicARN=topic, NotificationTypes=types)
    configured = await groups.driver("autoscaling", "DescribeNotificationConfigurations")
    assert configured["NotificationConfigurations"] == [
        {"AutoScalingGroupName": GROUP, "TopicARN": topic, "NotificationType": each} for each in types
    ]
    await groups.scale(1)
    await groups.driver.advance(10)
    (instance,) = await groups.instances()
    await groups.scale(0)
    await groups.driver.advance(10)
    test, launch = [json.loads(each) for each in await groups.messages("mail")]
    assert test["Subject"] == 'Auto Scaling: test notification for group "web"'
    body = json.loads(test["Message"])
    assert set(body) == {
        "AccountId", "RequestId", "AutoScalingGroupARN", "AutoScalingGroupName", "Service", "Event", "Time",
    }  # fmt: skip
    assert body["Event"] == "autoscaling:TEST_NOTIFICATION"
    assert launch["Subject"] == 'Auto Scaling: launch for group "web"'
    body = json.loads(launch["Message"])
    assert set(body) == {
        "Progress", "AccountId", "Description", "RequestId", "EndTime", "AutoScalingGroupARN", "ActivityId",
        "StartTime", "Service", "Time", "EC2InstanceId", "StatusCode", "StatusMessage", "Details",
        "AutoScalingGroupName", "Cause", "Event",
    }  # fmt: skip
    assert (body["Event"], body["EC2InstanceId"]) == ("autoscaling:EC2_INSTANCE_LAUNCH", instance)
    assert (body["StartTime"], body["EndTime"]) == ("2017-01-02T00:00:00.000Z", "2017-01-02T00:00:10.000Z")
    await groups("DeleteNotificationConfiguration", TopicARN=topic)
    configured = await groups.driver("autoscaling", "DescribeNotificationConfigurations")
    assert configured["NotificationConfigurations"] == []
    kinds = await groups.driver("autoscaling", "DescribeAutoScalingNotificationTypes")
    assert len(kinds["AutoScalingNotificationTypes"]) == 5


async def test_a_hook_notifies_a_queue(groups: Groups) -> None:
    await groups.make()
    await groups.driver("iam", "CreateRole", RoleName="notifier", AssumeRolePolicyDocument=json.dumps(TRUST))
    await groups.driver("sqs", "CreateQueue", QueueName="hooks")
    arn = "arn:aws:sqs:us-east-1:000000000000:hooks"
    await groups.hook("h", LAUNCHING, NotificationTargetARN=arn, RoleARN=ROLE, NotificationMetadata="m")
    await groups.scale(1)
    (instance,) = await groups.instances()
    test, waiting = [json.loads(each) for each in await groups.messages("hooks")]
    assert test["Event"] == "autoscaling:TEST_NOTIFICATION"
    assert set(waiting) == {
        "Service", "Time", "RequestId", "LifecycleActionToken", "AccountId", "AutoScalingGroupName",
        "LifecycleHookName", "EC2InstanceId", "LifecycleTransition", "NotificationMetadata",
    }  # fmt: skip
    assert waiting["EC2InstanceId"] == instance
    await groups.complete("h", "CONTINUE", LifecycleActionToken=waiting["LifecycleActionToken"])
    await groups.driver.advance(1)
    assert await groups.states() == ["InService"]


@pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])
async def test_with_iam_enforced_topics_let_auto_scaling_in_and_a_hooks_role_needs_permission(
    groups: Groups,
) -> None:
    driver = groups.driver
    await driver("sqs", "CreateQueue", QueueName="mail", Attributes={"Policy": _allow(
        Principal={"Service": "sns.amazonaws.com"}, Action="sqs:SendMessage", Resource="*")})  # fmt: skip
    topic = (await driver("sns", "CreateTopic", Name="scaling"))["TopicArn"]
    queue = "arn:aws:sqs:us-east-1:000000000000:mail"
    await driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue)
    await groups.make()
    await groups(
        "PutNotificationConfiguration", TopicARN=topic, NotificationTypes=["autoscaling:EC2_INSTANCE_LAUNCH"]
    )
    assert len(await groups.messages("mail")) == 1
    await driver("iam", "CreateRole", RoleName="notifier", AssumeRolePolicyDocument=json.dumps(TRUST))
    receiver = {"NotificationTargetARN": topic, "RoleARN": ROLE}
    with pytest.raises(AwsError, match="Unable to publish test message"):
        await groups.hook("h", LAUNCHING, **receiver)
    allowed = _allow(Action="sns:Publish", Resource=topic)
    await driver("iam", "PutRolePolicy", RoleName="notifier", PolicyName="p", PolicyDocument=allowed)
    await groups.hook("h", LAUNCHING, **receiver)
    assert len(await groups.messages("mail")) == 1


def _allow(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


async def test_a_hook_whose_receiver_cannot_be_notified_is_refused(groups: Groups) -> None:
    await groups.make()
    arn = "arn:aws:sns:us-east-1:000000000000:none"
    with pytest.raises(AwsError, match=f"Unable to publish test message to notification target {arn} using"):
        await groups.hook("h", LAUNCHING, NotificationTargetARN=arn, RoleARN=ROLE)
    assert (await groups("DescribeLifecycleHooks"))["LifecycleHooks"] == []


async def test_a_group_is_made_with_its_hooks(groups: Groups) -> None:
    await groups.driver("iam", "CreateRole", RoleName="notifier", AssumeRolePolicyDocument=json.dumps(TRUST))
    topic = (await groups.driver("sns", "CreateTopic", Name="hooks"))["TopicArn"]
    await groups.driver("sqs", "CreateQueue", QueueName="mail")
    await groups.driver("sns", "Subscribe", TopicArn=topic, Protocol="sqs",
                        Endpoint="arn:aws:sqs:us-east-1:000000000000:mail")  # fmt: skip
    hook = {**HOOK, "NotificationTargetARN": topic, "RoleARN": ROLE}
    await groups.make(DesiredCapacity=1, LifecycleHookSpecificationList=[hook])
    assert await groups.states() == ["Pending:Wait"]
    (instance,) = await groups.instances()
    assert {json.loads(each)["Subject"] for each in await groups.messages("mail")} == {
        'Auto Scaling: test notification for group "web"',
        f"Auto Scaling:  Lifecycle action 'LAUNCHING' for instance {instance} in progress.",
    }


async def test_standby_instances_do_not_count(groups: Groups) -> None:
    await groups.make(DesiredCapacity=1)
    await groups.driver.advance(10)
    (instance,) = await groups.instances()
    await groups("EnterStandby", InstanceIds=[instance], ShouldDecrementDesiredCapacity=True)
    assert await groups.instances() == {instance: "Standby"}
    await groups("ExitStandby", InstanceIds=[instance])
    assert await groups.instances() == {instance: "InService"}
    await groups("EnterStandby", InstanceIds=[instance], ShouldDecrementDesiredCapacity=False)
    assert await groups.states() == ["Pending", "Standby"]


async def test_a_target_group_has_the_instances_in_service(groups: Groups) -> None:
    made = await groups.driver("elbv2", "CreateTargetGroup", Name="web", TargetType="instance",
                               Protocol="HTTP", Port=80, VpcId=await _default_vpc(groups.driver))  # fmt: skip
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    await groups.make(TargetGroupARNs=[arn], DesiredCapacity=2)

    async def targets() -> set[str]:
        health = await groups.driver("elbv2", "DescribeTargetHealth", TargetGroupArn=arn)
        return {each["Target"]["Id"] for each in health["TargetHealthDescriptions"]}

    assert await targets() == set()
    await groups.driver.advance(10)
    one, two = await groups.instances()
    assert await targets() == {one, two}
    await groups.hook("terminate", TERMINATING)
    await groups.scale(1)
    assert await targets() == {two}
    await groups("DetachInstances", InstanceIds=[two], ShouldDecrementDesiredCapacity=True)
    assert await targets() == set()
    await groups.driver("elbv2", "DeleteTargetGroup", TargetGroupArn=arn)
    await groups("DeleteAutoScalingGroup", ForceDelete=True)


async def _default_vpc(driver: Driver) -> str:
    return str((await driver("ec2", "DescribeVpcs"))["Vpcs"][0]["VpcId"])
