"""Express executions: run in memory, from beginning to end.

One that was started and is not waited for is an engine task: after a crash it runs again from its beginning.
It leaves no history but what it logs, once it is over.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.operations import Command, Context, Params, Result, waiting
from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.services.stepfunctions import execution_logs, machine_rows, measures
from windsock.services.stepfunctions.definitions import Definition, Definitions
from windsock.services.stepfunctions.errors import StateMachineDeleting, StateMachineTypeNotSupported
from windsock.services.stepfunctions.express_executions import ExpressEnd, ExpressExecution
from windsock.services.stepfunctions.express_runs import ExpressRun
from windsock.services.stepfunctions.inputs import check_input
from windsock.services.stepfunctions.limits import EXPRESS_AT_ONCE, EXPRESS_DURATION_MS, EXPRESS_MEMORY_MB
from windsock.services.stepfunctions.machine_rows import EXPRESS
from windsock.services.stepfunctions.machines import METADATA_ONLY
from windsock.services.stepfunctions.names import (
    MachineName,
    check_name,
    express_arn,
    machine_arn,
    machine_named,
)
from windsock.services.stepfunctions.references import Reference, resolve
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_KIND: Final = "stepfunctions.express"


def accept(ctx: Command, named: MachineName, found: Reference, name: str, text: str) -> dict[str, Any]:
    """Accept an execution that nobody waits for; it runs after this transaction."""
    run = uuid4()
    dimensions = {"StateMachineArn": machine_arn(named.scope, named.name)}
    ctx.engine.metrics.count(named.scope, measures.NAMESPACE, "ExecutionsStarted", dimensions)
    ctx.engine.tasks.add(
        ctx.tx,
        named.scope,
        kind=_KIND,
        lane=machine_rows.express_lane(named.scope, named.name),
        payload=orjson.dumps(
            {
                "to": machine_arn(named.scope, named.name),
                "machine": named.name,
                "revision": found.revision,
                "name": name,
                "run": run,
                "input": text,
            }
        ),
        cause=ctx.call.cause,
    )
    return {
        "executionArn": express_arn(named.scope, named.name, name, run),
        "startDate": to_datetime(ctx.now_ms),
    }


@task_kind
class ExpressStart(TaskKind):
    """One Express execution that was accepted."""

    name = _KIND
    at_once = EXPRESS_AT_ONCE

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        definition = engine.store.read(
            lambda tx: engine.part(Definitions).of(tx, task.scope, data["revision"])
        )
        execution = ExpressExecution(
            scope=task.scope,
            definition=definition,
            machine=data["machine"],
            name=data["name"],
            run=data["run"],
            input=data["input"],
            started_ms=task.created_ms,
            origin=task.cause,
        )
        end = await run_express(engine, execution)

        def over(tx: Transaction) -> None:
            keep_express(engine, tx, execution, end)
            engine.tasks.complete(tx, task)
            machine = machine_rows.find(tx, task.scope, execution.machine)
            if machine is None or machine.revision != definition.id:
                machine_rows.remove_unused_revisions(tx, task.scope, execution.machine)

        await engine.store.write(over)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task)


@waiting("StartSyncExecution")
async def start_sync_execution(ctx: Context, params: Params) -> Result:
    """Run an Express execution and answer how it ended. After a crash it is not run again."""
    named = machine_named(params["stateMachineArn"])
    name = params.get("name") or uuid4()
    check_name(name)
    text = params.get("input", "{}")
    check_input(text)
    found, definition = ctx.engine.store.read(lambda tx: _found(ctx, tx, named, name))
    if found.machine.type != EXPRESS:
        raise StateMachineTypeNotSupported
    if found.machine.status == machine_rows.DELETING:
        raise StateMachineDeleting(named.arn)
    execution = ExpressExecution(
        scope=named.scope,
        definition=definition,
        machine=named.name,
        name=name,
        run=uuid4(),
        input=text,
        started_ms=ctx.now_ms,
        origin=ctx.call.cause,
    )
    measures.express_started(ctx.engine, execution)
    end = await run_express(ctx.engine, execution)
    await ctx.engine.store.write(lambda tx: keep_express(ctx.engine, tx, execution, end))
    return _told(execution, end, params)


def _found(ctx: Context, tx: Snapshot, named: MachineName, name: str) -> tuple[Reference, Definition]:
    found = resolve(tx, named, name)
    return found, ctx.engine.part(Definitions).of(tx, named.scope, found.revision)


async def run_express(engine: Engine, execution: ExpressExecution) -> ExpressEnd:
    """Run an execution to its end. Whoever calls is busy meanwhile, as `engine.activity` counts."""
    return await ExpressRun(engine, execution).to_end()


def keep_express(engine: Engine, tx: Transaction, execution: ExpressExecution, end: ExpressEnd) -> None:
    """Write down what is left of an execution that ended: its log lines, and its measurements."""
    execution_logs.write_express(engine, tx, execution, end.events)
    measures.express_ended(engine, execution, end, billing(execution, end))


def billing(execution: ExpressExecution, end: ExpressEnd) -> dict[str, int]:
    """The billingDetails: time goes by steps of 100 ms; the memory is the least there is to pay for."""
    duration_ms = end.stopped_ms - execution.started_ms
    steps = max(math.ceil(duration_ms / EXPRESS_DURATION_MS), 1)
    return {
        "billedMemoryUsedInMB": EXPRESS_MEMORY_MB,
        "billedDurationInMilliseconds": steps * EXPRESS_DURATION_MS,
    }


def _told(execution: ExpressExecution, end: ExpressEnd, params: Params) -> dict[str, Any]:
    with_data = params.get("includedData") != METADATA_ONLY
    answer = {
        "executionArn": execution.arn,
        "stateMachineArn": params["stateMachineArn"],
        "name": execution.name,
        "startDate": to_datetime(execution.started_ms),
        "stopDate": to_datetime(end.stopped_ms),
        "status": end.status,
        "error": end.error,
        "cause": end.cause,
        "input": execution.input if with_data else None,
        "inputDetails": {"included": with_data},
        "output": end.output if with_data else None,
        "outputDetails": {"included": with_data},
        "traceHeader": params.get("traceHeader"),
        "billingDetails": billing(execution, end),
    }
    return {name: value for name, value in answer.items() if value is not None}
