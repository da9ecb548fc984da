"""ECS over restarts: agents that have yet to register, tasks on their way, what a cluster counts."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine, events

from windsock.engine.denials import Denials
from windsock.engine.settings import EngineSettings
from windsock.simulation.backend.moto import Moto

ACCOUNT = "000000000000"
TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
REGISTER = {"Effect": "Allow", "Action": "ecs:RegisterContainerInstance", "Resource": "*"}


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


async def launch(driver: Driver) -> None:
    """A cluster, a task definition, and an instance that is to register."""
    await driver("iam", "CreateRole", RoleName="node", AssumeRolePolicyDocument=policy(TRUST))
    await driver("iam", "CreateInstanceProfile", InstanceProfileName="node")
    await driver("iam", "AddRoleToInstanceProfile", InstanceProfileName="node", RoleName="node")
    await driver("ecs", "CreateCluster", clusterName="web")
    await driver(
        "ecs",
        "RegisterTaskDefinition",
        family="app",
        containerDefinitions=[{"name": "app", "image": "nginx", "memory": 64}],
    )
    await driver(
        "ec2",
        "RunInstances",
        ImageId="ami-12345678",
        InstanceType="t2.medium",
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": "node"},
        UserData="IyEvYmluL2Jhc2gKZWNobyBFQ1NfQ0xVU1RFUj13ZWIgPj4gL2V0Yy9lY3MvZWNzLmNvbmZpZwo=",
    )


async def counts(driver: Driver) -> tuple[int, int, int]:
    (cluster,) = (await driver("ecs", "DescribeClusters", clusters=["web"]))["clusters"]
    names = ("registeredContainerInstancesCount", "runningTasksCount", "pendingTasksCount")
    return tuple(cluster[name] for name in names)


async def test_what_is_to_come_comes_after_a_restart(machine: Machine) -> None:
    await launch(machine.driver)
    await machine.restart()
    await machine.driver.advance(60)
    assert await counts(machine.driver) == (1, 0, 0)
    await machine.driver("ecs", "RunTask", cluster="web", taskDefinition="app", count=2)
    assert await counts(machine.driver) == (1, 0, 2)
    child = machine.driver.engine.part(Moto).child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    await machine.restart()
    await machine.driver.advance(60)
    assert await counts(machine.driver) == (1, 2, 0)
    told = [
        each["detail"]["lastStatus"]
        for each in events(machine.driver, ACCOUNT)
        if each["detail-type"] == "ECS Task State Change"
    ]
    assert told == ["PENDING", "PENDING", "RUNNING", "RUNNING"]


async def test_a_state_that_is_read_back_has_all_of_it(machine: Machine) -> None:
    driver = machine.driver
    await launch(driver)
    await driver.advance(60)
    await driver(
        "ecs", "CreateService", cluster="web", serviceName="site", taskDefinition="app", desiredCount=2
    )
    await driver("ec2", "CreateKeyPair", KeyName="key")  # which has the state written
    described = await described_all(driver)
    await machine.restart()
    assert await described_all(machine.driver) == described
    await machine.driver.advance(60)
    assert await counts(machine.driver) == (1, 2, 0)


async def described_all(driver: Driver) -> list[Any]:
    """What is told of the instances, tasks and services of the cluster."""
    arns = (await driver("ecs", "ListContainerInstances", cluster="web"))["containerInstanceArns"]
    tasks = (await driver("ecs", "ListTasks", cluster="web"))["taskArns"]
    return [
        await driver("ecs", "DescribeContainerInstances", cluster="web", containerInstances=arns),
        await driver("ecs", "DescribeTasks", cluster="web", tasks=tasks),
        await driver("ecs", "DescribeServices", cluster="web", services=["site"]),
    ]


@pytest.mark.parametrize("engine_settings", [EngineSettings(iam="enforce")])
async def test_a_role_that_may_not_register_does_not_until_it_may(machine: Machine) -> None:
    driver = machine.driver
    await launch(driver)
    await driver.advance(60)
    assert await counts(driver) == (0, 0, 0)
    await driver(
        "iam", "PutRolePolicy", RoleName="node", PolicyName="register", PolicyDocument=policy(REGISTER)
    )
    await driver.advance(600)
    assert await counts(driver) == (1, 0, 0)


async def test_in_audit_what_would_be_denied_is_noted(machine: Machine) -> None:
    await launch(machine.driver)
    await machine.driver.advance(60)
    assert await counts(machine.driver) == (1, 0, 0)
    noted = machine.driver.engine.part(Denials).latest()
    assert "ecs:RegisterContainerInstance" in {each["action"] for each in noted}
