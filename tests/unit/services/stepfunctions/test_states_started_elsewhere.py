"""Executions started by rules and schedules, of Standard and Express machines, and of versions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import ROLE, chain, create, task

QUEUE = "http://localhost/000000000000/started"
MESSAGE = {"QueueUrl": QUEUE, "MessageBody.$": "States.JsonToString($)"}


@pytest.fixture(autouse=True)
async def queue(driver: Driver) -> None:
    await driver("sqs", "CreateQueue", QueueName="started")


@pytest.fixture(params=["STANDARD", "EXPRESS"])
async def machine(request: pytest.FixtureRequest, driver: Driver) -> str:
    """A machine that sends its input to the queue."""
    return await create(driver, chain(task("sqs:sendMessage", Parameters=MESSAGE)), type=request.param)


async def inputs(driver: Driver) -> list[Any]:
    """What the executions were given."""
    answer = await driver("sqs", "ReceiveMessage", QueueUrl=QUEUE, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


async def rule(driver: Driver, machine: str) -> None:
    await driver("events", "PutRule", Name="r", ScheduleExpression="rate(1 minute)")
    target = {"Id": "m", "Arn": machine, "RoleArn": ROLE, "Input": '{"by": "a rule"}'}
    await driver("events", "PutTargets", Rule="r", Targets=[target])


async def test_a_rule(driver: Driver, machine: str) -> None:
    await rule(driver, machine)
    await driver.advance(180)
    assert await inputs(driver) == [{"by": "a rule"}] * 3


async def test_a_schedule(driver: Driver, machine: str) -> None:
    target = {"Arn": machine, "RoleArn": ROLE, "Input": '{"by": "a schedule"}'}
    await driver(
        "scheduler",
        "CreateSchedule",
        Name="s",
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    await driver.advance(150)
    assert await inputs(driver) == [{"by": "a schedule"}] * 3


async def test_a_version(driver: Driver, machine: str) -> None:
    version = await driver("stepfunctions", "PublishStateMachineVersion", stateMachineArn=machine)
    await rule(driver, version["stateMachineVersionArn"])
    await driver.advance(60)
    assert await inputs(driver) == [{"by": "a rule"}]
