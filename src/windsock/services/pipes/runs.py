"""A pipe at work: one task a run, which brings it to its lasting state and reads while it is RUNNING.

The task lasts as long as the pipe runs, so a restart takes it up again. Every change begins another run; the
runs of a pipe are worked one after the other, each ending when it is no longer the pipe's.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson

from windsock.engine.operations import Command
from windsock.engine.retries import backoff_ms
from windsock.engine.targets import TargetError
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.kernel.log import Log
from windsock.services.pipes import pipe_rows, states
from windsock.services.pipes.definitions import PipeDefinition
from windsock.services.pipes.names import pipe_arn
from windsock.services.pipes.queue_source import QueueSource
from windsock.services.pipes.records import Record, passes
from windsock.services.pipes.stages import outgoing
from windsock.services.pipes.target_kinds import target_kind
from windsock.store.statements import Row

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

KIND = "pipes.run"
NAMESPACE = "AWS/EventBridge/Pipes"


def begin_run(ctx: Command, name: str) -> str:
    """Have the pipe worked anew after the commit; the id of the run, to be kept in its row."""
    arn = pipe_arn(ctx.scope, name)
    run = ctx.engine.ids.new(ctx.now_ms)
    payload = orjson.dumps({"name": name, "run": run})
    ctx.engine.tasks.add(
        ctx.tx, ctx.scope, kind=KIND, lane=f"{KIND}:{arn}", payload=payload, ordered=True, cause=arn
    )
    ctx.tx.after_commit(lambda: ctx.engine.signals.notify(_signal(arn)))
    return run


@task_kind
class PipeRun(TaskKind):
    """One run of a pipe."""

    name = KIND

    async def perform(self, engine: Engine, task: Task) -> None:
        name, run = task.data()["name"], task.data()["run"]
        await _reach_lasting_state(engine, task, name, run)
        with engine.signals.listen(_signal(pipe_arn(task.scope, name))) as changed:
            while True:
                row = _row(engine, task, name, run)
                if row is None or row.current_state != states.RUNNING:
                    return
                pipe = PipeDefinition.of_text(task.scope, name, row.body)
                await _work(engine, task, pipe, changed)

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task)


async def _reach_lasting_state(engine: Engine, task: Task, name: str, run: str) -> None:
    row = _row(engine, task, name, run)
    if row is None or not states.is_passing(row.current_state):
        return
    state = states.outcome(row.current_state, row.desired_state)
    if state == states.DELETED:
        await engine.store.write(lambda tx: pipe_rows.remove(tx, task.scope, name))
    else:
        await engine.store.write(lambda tx: pipe_rows.move(tx, task.scope, name, run, state))


def _row(engine: Engine, task: Task, name: str, run: str) -> Row | None:
    """The pipe, if this run is still its."""
    row = engine.store.read(lambda tx: pipe_rows.find(tx, task.scope, name))
    return row if row is not None and row.run == run else None


async def _work(engine: Engine, task: Task, pipe: PipeDefinition, changed: asyncio.Event) -> None:
    """Deal with batches until the pipe changes; then whoever called looks at the pipe again."""
    source = QueueSource(engine, pipe, f"task:{task.id}")
    failures = 0
    while not changed.is_set():
        try:
            records = await source.batch(changed)
            if records:
                await _deal_with(engine, task, pipe, source, records)
            failures = 0
        except AwsError as error:
            failures += 1
            log.warning("a pipe could not read its source", pipe=pipe.arn, error=str(error))
            await _pause(engine, task, changed, failures)
    changed.clear()


async def _pause(engine: Engine, task: Task, changed: asyncio.Event, failures: int) -> None:
    until_ms = engine.clock.now_ms() + backoff_ms(task, failures)
    with engine.activity.resting():
        await engine.clock.wait(changed, until_ms)


async def _deal_with(
    engine: Engine, task: Task, pipe: PipeDefinition, source: QueueSource, records: list[Record]
) -> None:
    """Bring a batch to the target and delete what arrived, and what no filter lets through."""
    wanted: list[Record] = []
    unwanted: list[Record] = []
    for record in records:
        (wanted if passes(pipe, record) else unwanted).append(record)
    arrived = await _send(engine, task, pipe, wanted) if wanted else []
    await source.delete([*unwanted, *arrived])


async def _send(engine: Engine, task: Task, pipe: PipeDefinition, records: list[Record]) -> list[Record]:
    """Send records to the target; those of them that are dealt with."""
    cause = f"task:{task.id}"
    _count(engine, pipe, "Invocations", 1)
    _count(engine, pipe, "EventCount", len(records))
    try:
        kind = target_kind(pipe.target)
        batch = await outgoing(engine, pipe, records, cause)
        if kind.most is not None and len(batch) > kind.most:
            raise TargetError("BATCH_TOO_LARGE", f"The target takes {kind.most} at most.", retryable=False)
        failed = await kind.send(engine, pipe, batch, cause) if batch else set()
    except (AwsError, TargetError) as error:
        log.warning("a batch of a pipe failed", pipe=pipe.arn, records=len(records), error=str(error))
        _count(engine, pipe, "ExecutionFailed", 1)
        return []
    if not failed:
        return records
    _count(engine, pipe, "ExecutionPartiallyFailed", 1)
    if len(batch) != len(records):
        # After an enrichment that made more or fewer events nobody knows which record a failure belongs to.
        return []
    return [record for number, record in enumerate(records) if number not in failed]


def _count(engine: Engine, pipe: PipeDefinition, name: str, value: int) -> None:
    engine.metrics.count(pipe.scope, NAMESPACE, name, {"PipeName": pipe.name}, value)


def _signal(arn: str) -> tuple[str, str]:
    return ("pipes.pipe", arn)
