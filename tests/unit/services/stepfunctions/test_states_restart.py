"""Executions go on after a restart, and after a transaction that was undone."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from tests.conftest import START_MS, Driver
from tests.unit.services.lambda_.lambda_helpers import ScriptedRunner, make_function
from tests.unit.services.stepfunctions.states_helpers import (
    ACCOUNT,
    REGION,
    bodies,
    chain,
    create,
    describe,
    history,
    make_queue,
    output,
    run,
    start,
    task,
)

from windsock.app import find_rooms
from windsock.engine.engine import Engine
from windsock.kernel.clock import VirtualClock
from windsock.kernel.scope import Scope
from windsock.languages.asl.happenings import Stopped
from windsock.services.lambda_.runs import FunctionRuns
from windsock.services.stepfunctions.live_runs import Execution, LiveRuns
from windsock.services.stepfunctions.tables import revisions
from windsock.services.stepfunctions.tokens import read_token
from windsock.services.stepfunctions.turns import Workflows
from windsock.store.store import Store
from windsock.store.transaction import Transaction

WORK = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:work"

Up = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture
def up(tmp_path: Path) -> Up:
    """`async with up() as driver:` an engine on the same store each time, `later` seconds after the start."""

    @asynccontextmanager
    async def again(later: float = 0) -> AsyncIterator[Driver]:
        clock = VirtualClock(START_MS + round(later * 1000))
        async with Store.open(tmp_path / "windsock.db", durable=False) as store:
            engine = Engine(store, clock, find_rooms())
            await engine.start()
            try:
                yield Driver(engine, clock)
            finally:
                await engine.stop()

    return again


async def test_a_wait_ends_when_it_is_due_or_at_once_if_that_has_passed(up: Up) -> None:
    async with up() as driver:
        machine = await create(driver, chain({"Type": "Wait", "Seconds": 60}, {"Type": "Pass", "Result": 1}))
        execution = await start(driver, machine)
    async with up(later=59) as driver:
        await driver.settle()
        assert (await describe(driver, execution))["status"] == "RUNNING"
    async with up(later=61) as driver:
        await driver.advance(0)
        assert await output(driver, execution) == 1


async def test_a_task_that_was_under_way_is_done_again(up: Up) -> None:
    async with up() as driver:
        runner = ScriptedRunner()
        runner.held = asyncio.Event()
        driver.engine.part(FunctionRuns).use(runner)
        await make_function(driver)
        execution = await start(driver, await create(driver, chain(task(WORK))), {"n": 1})
        await runner.began.wait()
    async with up() as driver:
        runner = ScriptedRunner()
        driver.engine.part(FunctionRuns).use(runner)
        await driver.settle()
        assert await output(driver, execution) == {"n": 1}
        assert len(runner.runs) == 1
        types = [event["type"] for event in await history(driver, execution)]
        assert types.count("LambdaFunctionScheduled") == 1


async def test_a_token_stays_good(up: Up) -> None:
    async with up() as driver:
        url = await make_queue(driver)
        parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
        send = task("sqs:sendMessage.waitForTaskToken", Parameters=parameters)
        execution = await run(driver, chain(send))
        (message,) = await bodies(driver, url)
    async with up(later=1000) as driver:
        await driver("stepfunctions", "SendTaskSuccess", taskToken=message["token"], output="7")
        assert await output(driver, execution) == 7


async def test_branches_and_variables(up: Up) -> None:
    branch = chain(
        {"Type": "Wait", "Seconds": 10},
        {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($base, $.n)"}},
        prefix="B",
    )
    definition = chain(
        {"Type": "Pass", "Assign": {"base": 10}},
        {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **branch},
        },
    )
    async with up() as driver:
        execution = await run(driver, definition, {"items": [{"n": 1}, {"n": 2}]})
    async with up(later=10) as driver:
        await driver.advance(0)
        assert await output(driver, execution) == [{"sum": 11}, {"sum": 12}]


async def test_executions_that_wait_for_another(up: Up) -> None:
    async with up() as driver:
        inner = await create(driver, chain({"Type": "Wait", "Seconds": 60}, prefix="I"), "inner")
        outer = chain(task("states:startExecution.sync:2", Parameters={"StateMachineArn": inner, "Input": 5}))
        execution = await run(driver, outer)
    async with up(later=60) as driver:
        await driver.advance(0)
        assert (await output(driver, execution))["Output"] == 5


async def test_an_express_execution_begins_anew(up: Up) -> None:
    async with up() as driver:
        url = await make_queue(driver)
        send = task("sqs:sendMessage", Parameters={"QueueUrl": url, "MessageBody.$": "$"})
        definition = chain(send, {"Type": "Wait", "Seconds": 10}, {"Type": "Pass"})
        machine = await create(driver, definition, type="EXPRESS")
        await start(driver, machine, {"n": 1})
        await driver.settle()
        assert await bodies(driver, url) == [{"n": 1}]
    async with up() as driver:
        await driver.settle()
        assert await bodies(driver, url) == [{"n": 1}]


async def test_an_express_execution_has_its_time_and_its_definition_after_a_restart(up: Up) -> None:
    async with up() as driver:
        url = await make_queue(driver)
        send = task("sqs:sendMessage", Parameters={"QueueUrl": url, "MessageBody": '"ended"'})
        machine = await create(driver, chain({"Type": "Wait", "Seconds": 10}, send), type="EXPRESS")
        await start(driver, machine)
        await driver.settle()
        changed = json.dumps(chain({"Type": "Pass"}))
        await driver("stepfunctions", "UpdateStateMachine", stateMachineArn=machine, definition=changed)
        await driver("stepfunctions", "DeleteStateMachine", stateMachineArn=machine)
    async with up(later=3600) as driver:
        await driver.advance(10)
        assert await bodies(driver, url) == ["ended"]
        left = driver.engine.store.read(lambda tx: tx.rows(revisions.select()))
        assert left == []


class Undone(Exception):
    """What a transaction was undone for."""


async def test_what_was_undone_did_not_happen(driver: Driver) -> None:
    url = await make_queue(driver)
    parameters = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
    execution = await run(driver, chain(task("sqs:sendMessage.waitForTaskToken", Parameters=parameters)))
    (message,) = await bodies(driver, url)
    token = read_token(message["token"])
    found = await describe(driver, execution)
    workflows = driver.engine.part(Workflows)

    def stop_and_fail(tx: Transaction) -> None:
        workflows.tell(tx, Scope(ACCOUNT, REGION), token.execution, Stopped())
        raise Undone

    with pytest.raises(Undone):
        await driver.engine.store.write(stop_and_fail)
    assert (await describe(driver, execution)) == found
    await driver("stepfunctions", "SendTaskSuccess", taskToken=message["token"], output="7")
    assert await output(driver, execution) == 7


async def test_only_some_executions_are_in_memory(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("windsock.services.stepfunctions.live_runs.LIVE_RUNS", 3)
    machine = await create(driver, chain({"Type": "Wait", "Seconds": 60}, {"Type": "Pass"}))
    executions = [await start(driver, machine, number) for number in range(10)]
    assert driver.engine.part(LiveRuns).size <= 3
    await driver.advance(60)
    assert [await output(driver, each) for each in executions] == list(range(10))


def executions_in_memory() -> int:
    return sum(isinstance(each, Execution) for each in gc.get_objects())


async def test_an_execution_that_ended_is_gone_without_the_cycle_collector(driver: Driver) -> None:
    """The server has that run seldom; runs in cycles would pile up until then."""
    machine = await create(driver)
    gc.disable()
    try:
        before = executions_in_memory()
        for _ in range(3):
            await start(driver, machine)
        assert executions_in_memory() == before
    finally:
        gc.enable()
