"""State machines of pipes: as a target, waited for or not, and as an enrichment."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.pipes.pipes_helpers import SQS, bodies, make_pipe, make_queues, send, waiting
from tests.unit.services.stepfunctions.states_helpers import create, task

WAITED: dict[str, Any] = {}
STARTED = {"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}}
MESSAGE = {"QueueUrl": "http://localhost/000000000000/out", "MessageBody.$": "$[0].body"}


@pytest.fixture(autouse=True)
async def queues(driver: Driver) -> None:
    await make_queues(driver)


async def make_machine(driver: Driver, kind: str, state: dict[str, Any]) -> str:
    """A machine of one state."""
    return await create(driver, {"StartAt": "Only", "States": {"Only": state}}, type=kind)


@pytest.mark.parametrize(
    ("kind", "parameters"), [("EXPRESS", WAITED), ("EXPRESS", STARTED), ("STANDARD", STARTED)]
)
async def test_a_machine_is_given_the_batch(driver: Driver, kind: str, parameters: dict[str, Any]) -> None:
    arn = await make_machine(driver, kind, task("sqs:sendMessage", Parameters=MESSAGE, End=True))
    await make_pipe(driver, Target=arn, TargetParameters=parameters)
    await send(driver, "hello")
    assert await bodies(driver) == ["hello"]
    assert await waiting(driver, "in") == [0, 0]


async def test_an_execution_that_fails_fails_the_batch(driver: Driver) -> None:
    arn = await make_machine(driver, "EXPRESS", {"Type": "Fail", "Error": "E"})
    await make_pipe(driver, Target=arn)
    await send(driver, "hello")
    assert await waiting(driver, "in") == [0, 1]


async def test_a_standard_machine_is_not_waited_for(driver: Driver) -> None:
    arn = await make_machine(driver, "STANDARD", {"Type": "Pass", "End": True})
    await make_pipe(driver, Target=arn)
    await send(driver, "hello")
    assert await waiting(driver, "in") == [0, 1]


async def test_an_output_tells_which_messages_failed(driver: Driver) -> None:
    failures = {"batchItemFailures": [{"itemIdentifier.$": "$[0].messageId"}]}
    arn = await make_machine(driver, "EXPRESS", {"Type": "Pass", "Parameters": failures, "End": True})
    await make_pipe(driver, Target=arn)
    await send(driver, "hello")
    assert await waiting(driver, "in") == [0, 1]


async def test_a_machine_enriches(driver: Driver) -> None:
    told = {"name.$": "$[0].body", "from": "machine"}
    arn = await make_machine(driver, "EXPRESS", {"Type": "Pass", "Parameters": told, "End": True})
    template = {"InputTemplate": "<$.name> of <$.from>"}
    await make_pipe(driver, Enrichment=arn, TargetParameters=template, Target=SQS + "out")
    await send(driver, "hello")
    assert await bodies(driver) == ["hello of machine"]
