"""What the tests of Step Functions share: machines, executions, and what became of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from tests.conftest import START_MS, Driver

from windsock.app import find_rooms
from windsock.engine.engine import Engine
from windsock.engine.rooms import Room, Rooms
from windsock.engine.tables import metric_minutes
from windsock.kernel.clock import VirtualClock
from windsock.store.store import Store

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/machine"
PREFIX = f"arn:aws:states:{REGION}:{ACCOUNT}"

PASS: dict[str, Any] = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}


@asynccontextmanager
async def driving(directory: Path, rooms: dict[str, Room]) -> AsyncIterator[Driver]:
    """An engine in which some services are answered by rooms of the test's own."""
    clock = VirtualClock(START_MS)
    async with Store.open(directory / "windsock.db", durable=False) as store:
        engine = Engine(store, clock, Rooms(find_rooms().packages, rooms))
        await engine.start()
        try:
            yield Driver(engine, clock)
        finally:
            await engine.stop()


def chain(*states: dict[str, Any], prefix: str = "S") -> dict[str, Any]:
    """A machine of states that follow one another: `S0`, `S1` and so on."""
    last = len(states) - 1
    return {
        "StartAt": f"{prefix}0",
        "States": {
            f"{prefix}{at}": {**state, **({"End": True} if at == last else {"Next": f"{prefix}{at + 1}"})}
            for at, state in enumerate(states)
        },
    }


def task(resource: str, **fields: Any) -> dict[str, Any]:
    """A Task; `resource` is an integration (`sqs:sendMessage`) or an ARN."""
    arn = resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"
    return {"Type": "Task", "Resource": arn, **fields}


async def create(
    driver: Driver, definition: dict[str, Any] | None = None, name: str = "m", **params: Any
) -> str:
    """Make a machine; its ARN."""
    answer = await driver(
        "stepfunctions",
        "CreateStateMachine",
        name=name,
        definition=json.dumps(definition or PASS),
        roleArn=ROLE,
        **params,
    )
    arn: str = answer["stateMachineArn"]
    return arn


async def start(driver: Driver, machine: str, given: Any = None, **params: Any) -> str:
    """Start an execution; its ARN."""
    if given is not None:
        params["input"] = json.dumps(given)
    answer = await driver("stepfunctions", "StartExecution", stateMachineArn=machine, **params)
    arn: str = answer["executionArn"]
    return arn


async def run(
    driver: Driver, definition: dict[str, Any], given: Any = None, *, seconds: float = 0, **params: Any
) -> str:
    """Make a machine, run an execution of it and let some time pass; the execution's ARN."""
    execution = await start(driver, await create(driver, definition, **params), given)
    await driver.advance(seconds)
    return execution


async def describe(driver: Driver, execution: str) -> dict[str, Any]:
    """An execution."""
    return await driver("stepfunctions", "DescribeExecution", executionArn=execution)


async def output(driver: Driver, execution: str) -> Any:
    """The output of an execution, which must have succeeded."""
    found = await describe(driver, execution)
    assert found["status"] == "SUCCEEDED", found
    return orjson.loads(found["output"])


async def failure(driver: Driver, execution: str) -> tuple[str | None, str | None]:
    """Error and cause of an execution, which must have failed."""
    found = await describe(driver, execution)
    assert found["status"] == "FAILED", found
    return found.get("error"), found.get("cause")


async def history(driver: Driver, execution: str, **params: Any) -> list[dict[str, Any]]:
    """The whole history of an execution."""
    events: list[dict[str, Any]] = []
    while True:
        answer = await driver("stepfunctions", "GetExecutionHistory", executionArn=execution, **params)
        events += answer["events"]
        if "nextToken" not in answer:
            return events
        params["nextToken"] = answer["nextToken"]


async def types(driver: Driver, execution: str) -> list[str]:
    """The types of the events of an execution."""
    return [event["type"] for event in await history(driver, execution)]


async def make_queue(driver: Driver, name: str = "q") -> str:
    """A queue; its URL."""
    answer = await driver("sqs", "CreateQueue", QueueName=name)
    url: str = answer["QueueUrl"]
    return url


async def bodies(driver: Driver, url: str) -> list[Any]:
    """The bodies of the messages of a queue, parsed."""
    answer = await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    return [orjson.loads(message["Body"]) for message in answer.get("Messages", [])]


def counted(driver: Driver, name: str, **dimensions: str) -> float:
    """The sum of a metric of AWS/States."""
    statement = sa.select(sa.func.sum(metric_minutes.c.total)).where(
        metric_minutes.c.namespace == "AWS/States",
        metric_minutes.c.name == name,
        metric_minutes.c.dimensions == orjson.dumps(dimensions).decode(),
    )
    return float(driver.engine.store.read(lambda tx: tx.scalar(statement)) or 0)
