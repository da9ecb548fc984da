"""Instances that wait for a lifecycle hook wait on after kills, and what was sent of them holds."""

from __future__ import annotations

import json
import random
from typing import Any

import boto3
from tests.chaos.conftest import MakeMortal
from tests.chaos.mortal import Mortal
from tests.chaos.queues import drain, make_queue

GROUP = {"AutoScalingGroupName": "web"}
INSTANCES = 3


def test_waiting_instances_survive_kills(make_mortal: MakeMortal, rounds: int, chance: random.Random) -> None:
    with make_mortal("--clock", "virtual") as mortal:
        for number in range(rounds):
            _round(mortal, f"85{number:010}", chance)


def _round(mortal: Mortal, account: str, chance: random.Random) -> None:
    with mortal.wire(account) as wire:
        queue = make_queue(wire, "heard")
        wire("events", "PutRule", Name="all", EventPattern='{"source": ["aws.autoscaling"]}')
        wire("events", "PutTargets", Rule="all", Targets=[{"Id": "1", "Arn": queue}])
    _make_group(_autoscaling(mortal, account))
    for capacity in range(1, INSTANCES + 1):
        _autoscaling(mortal, account).set_desired_capacity(**GROUP, DesiredCapacity=capacity)
        mortal.kill()
    assert _states(mortal, account) == ["Pending:Wait"] * INSTANCES
    with mortal.wire(account) as wire:
        actions = [json.loads(each["Body"])["detail"] for each in drain(mortal, wire, "heard")]
    assert len({each["EC2InstanceId"] for each in actions}) == len(actions) == INSTANCES
    chance.shuffle(actions)
    for action in actions:
        _autoscaling(mortal, account).complete_lifecycle_action(
            **GROUP,
            LifecycleHookName=action["LifecycleHookName"],
            LifecycleActionToken=action["LifecycleActionToken"],
            LifecycleActionResult="CONTINUE",
        )
        mortal.kill()
    mortal.running.advance(1)
    assert _states(mortal, account) == ["InService"] * INSTANCES


def _make_group(autoscaling: Any) -> None:
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="lc", ImageId="ami-12c6146b", InstanceType="t2.micro"
    )
    autoscaling.create_auto_scaling_group(
        **GROUP,
        LaunchConfigurationName="lc",
        MinSize=0,
        MaxSize=INSTANCES,
        AvailabilityZones=["us-east-1a"],
        LifecycleHookSpecificationList=[
            {"LifecycleHookName": "launch", "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}
        ],
    )


def _states(mortal: Mortal, account: str) -> list[str]:
    found = _autoscaling(mortal, account).describe_auto_scaling_instances()["AutoScalingInstances"]
    return [each["LifecycleState"] for each in found]


def _autoscaling(mortal: Mortal, account: str) -> Any:
    return boto3.client(
        "autoscaling",
        endpoint_url=mortal.running.endpoint,
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )
