"""Child executions of distributed Maps: begun by engine tasks, so that many leave others their turns.

A Standard child is an execution like any other. An Express child runs in memory; once it is over it leaves a
row too, which its results are written from.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.languages.asl.commands import RedriveChild, StartChild
from windsock.languages.asl.happenings import ChildEnded, Stopped
from windsock.services.stepfunctions import execution_rows, frame_rows, map_counts, map_run_rows
from windsock.services.stepfunctions.definitions import Definition, Definitions
from windsock.services.stepfunctions.express import keep_express, run_express
from windsock.services.stepfunctions.express_executions import ExpressExecution
from windsock.services.stepfunctions.limits import EXPRESS_AT_ONCE, STOPPED_AT_ONCE
from windsock.services.stepfunctions.live_runs import Execution, LiveRuns
from windsock.services.stepfunctions.machine_rows import EXPRESS
from windsock.services.stepfunctions.map_transfers import write_later
from windsock.services.stepfunctions.tokens import new_execution_id
from windsock.services.stepfunctions.turns import Turn, Workflows, learns, performs
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_CHILD: Final = "stepfunctions.child"
_STOP: Final = "stepfunctions.stop_children"
_TOLD: Final = "map"
# What of the payload of a child's task tells of the Map state.
_PARENT: Final = ("map_run", "execution", "frame", "seq", "index", "items", "kind")


@performs(StartChild)
def start_child(turn: Turn, command: StartChild) -> None:
    """Have a child execution start."""
    run = map_run_rows.of_state(turn.tx, turn.scope, turn.execution.id, command.frame, command.seq)
    if run is not None:
        map_counts.move(turn.tx, turn.scope, run.id, command.items, "", map_counts.PENDING)
        _begin_later(turn, run, command.index, command.items, command.kind, command.input_text)


@performs(RedriveChild)
def redrive_child(turn: Turn, command: RedriveChild) -> None:
    """Have a child execution that did not succeed go on; one in memory runs anew."""
    run = map_run_rows.of_state(turn.tx, turn.scope, turn.execution.id, command.frame, command.seq)
    row = None if run is None else execution_rows.child(turn.tx, turn.scope, run.id, command.index)
    if run is None or row is None:
        return
    told = orjson.loads(row.told)[_TOLD][0]
    counted = map_counts.of_status(row.status)
    map_counts.move(turn.tx, turn.scope, run.id, told["items"], counted, map_counts.PENDING)
    _begin_later(turn, run, command.index, told["items"], told["kind"], row.input)


def stop_children_later(turn: Turn, run: str, writing: dict[str, Any] | None) -> None:
    """Have the children of a map run stopped that still run, and results written then, if that is asked."""
    turn.engine.tasks.add(
        turn.tx,
        turn.scope,
        kind=_STOP,
        lane=_STOP,
        payload=orjson.dumps({"map_run": run, "writing": writing}),
        cause=turn.execution.origin,
    )


@learns(_TOLD)
def tell_map(turn: Turn, told: list[dict[str, Any]]) -> None:
    """Tell the Map state whose child has ended."""
    for parent in told:
        _tell(turn.engine, turn.tx, turn.execution, parent)


@task_kind
class Child(TaskKind):
    """One child execution that is to start, or to go on."""

    name = _CHILD
    at_once = EXPRESS_AT_ONCE

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        if data["kind"] == EXPRESS:
            await _run_in_memory(engine, task, data)
        else:
            await engine.store.write(lambda tx: _start(engine, tx, task, data))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task)


@task_kind
class StopChildren(TaskKind):
    """Stops the children of a map run, some in each transaction."""

    name = _STOP

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        while await engine.store.write(lambda tx: self._stop_some(engine, tx, task, data)):
            pass

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task)

    def _stop_some(self, engine: Engine, tx: Transaction, task: Task, data: dict[str, Any]) -> bool:
        """Whether there may be more; once there is none the task is done."""
        running = [execution_rows.RUNNING]
        rows = execution_rows.of_map_run(tx, task.scope, data["map_run"], running, "~", STOPPED_AT_ONCE)
        for row in rows:
            engine.part(Workflows).tell(tx, task.scope, row.id, Stopped())
        if len(rows) == STOPPED_AT_ONCE:
            return True
        if data["writing"] is not None:
            write_later(engine, tx, task.scope, data["writing"], task.cause)
        engine.tasks.complete(tx, task)
        return False


def _begin_later(turn: Turn, run: Row, index: int, items: int, kind: str, text: str) -> None:
    turn.engine.tasks.add(
        turn.tx,
        turn.scope,
        kind=_CHILD,
        lane=f"{_CHILD}:{run.id}",
        payload=orjson.dumps(
            {
                "map_run": run.id,
                "execution": run.execution,
                "frame": run.frame,
                "seq": run.seq,
                "index": index,
                "items": items,
                "kind": kind,
                "machine": f"{run.machine}/{run.label}",
                "state": run.state,
                "revision": turn.execution.revision,
                "input": text,
            }
        ),
        cause=turn.execution.origin,
    )


def _start(engine: Engine, tx: Transaction, task: Task, data: dict[str, Any]) -> None:
    """Start a Standard child, or have it go on if it ran before."""
    engine.tasks.complete(tx, task)
    child = _child(engine, tx, task, data)
    known = execution_rows.child(tx, task.scope, data["map_run"], data["index"])
    if not _is_wanted(tx, task, data):
        if known is None:
            _note_unbegun(tx, child, data)
        return
    map_counts.move(tx, task.scope, data["map_run"], data["items"], map_counts.PENDING, map_counts.RUNNING)
    workflows = engine.part(Workflows)
    if known is None:
        workflows.start(tx, child)
    elif frame_rows.of_execution(tx, task.scope, known.id):
        workflows.redrive(tx, engine.part(LiveRuns).redriven(tx, task.scope, known))
    else:
        execution_rows.remove(tx, task.scope, known.id)
        workflows.start(tx, child)


async def _run_in_memory(engine: Engine, task: Task, data: dict[str, Any]) -> None:
    """Run an Express child to its end, and keep what became of it."""
    child = await engine.store.write(lambda tx: _begin_in_memory(engine, tx, task, data))
    if child is None:
        return
    name, _, run = child.name.partition(":")
    execution = ExpressExecution(
        scope=child.scope,
        definition=child.definition,
        machine=child.machine,
        name=name,
        run=run,
        input=child.input,
        started_ms=child.started_ms,
        origin=child.origin,
    )
    end = await run_express(engine, execution)
    child.status, child.stopped_ms = end.status, end.stopped_ms
    child.output, child.error, child.cause = end.output, end.error, end.cause

    def over(tx: Transaction) -> None:
        known = execution_rows.child(tx, child.scope, data["map_run"], data["index"])
        if known is not None:
            execution_rows.remove(tx, child.scope, known.id)
        execution_rows.add(tx, child.scope, child.columns())
        keep_express(engine, tx, execution, end)
        _tell(engine, tx, child, data)
        engine.tasks.complete(tx, task)

    await engine.store.write(over)


def _begin_in_memory(engine: Engine, tx: Transaction, task: Task, data: dict[str, Any]) -> Execution | None:
    """The child that is to run; None when its map run is over, which also ends the task."""
    child = _child(engine, tx, task, data)
    if _is_wanted(tx, task, data):
        source = map_counts.PENDING if task.attempts == 0 else map_counts.RUNNING
        map_counts.move(tx, task.scope, data["map_run"], data["items"], source, map_counts.RUNNING)
        return child
    _note_unbegun(tx, child, data)
    engine.tasks.complete(tx, task)
    return None


def _child(engine: Engine, tx: Transaction, task: Task, data: dict[str, Any]) -> Execution:
    """The execution of a child, as it begins. Its name is the same each time."""
    now = engine.clock.now_ms()
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{data['map_run']}:{data['index']}"))
    definition: Definition = engine.part(Definitions).of_map(
        tx, task.scope, data["revision"], data["state"], data["kind"]
    )
    return Execution(
        scope=task.scope,
        definition=definition,
        id=new_execution_id(now),
        machine=data["machine"],
        name=f"{name}:{uuid.uuid4()}" if data["kind"] == EXPRESS else name,
        input=data["input"],
        started_ms=now,
        map_run=data["map_run"],
        map_index=data["index"],
        origin=task.cause,
        told=orjson.dumps({_TOLD: [{name: data[name] for name in _PARENT}]}).decode(),
    )


def _is_wanted(tx: Transaction, task: Task, data: dict[str, Any]) -> bool:
    run = map_run_rows.find(tx, task.scope, data["map_run"])
    return run is not None and run.status == execution_rows.RUNNING


def _note_unbegun(tx: Transaction, child: Execution, data: dict[str, Any]) -> None:
    """Keep a child whose map run was over before it began: a redrive begins it."""
    child.status, child.stopped_ms = execution_rows.ABORTED, child.started_ms
    execution_rows.add(tx, child.scope, child.columns())
    map_counts.move(
        tx,
        child.scope,
        data["map_run"],
        data["items"],
        map_counts.PENDING,
        map_counts.of_status(child.status),
    )


def _tell(engine: Engine, tx: Transaction, child: Execution, parent: dict[str, Any]) -> None:
    counted = map_counts.of_status(child.status)
    map_counts.move(tx, child.scope, parent["map_run"], parent["items"], map_counts.RUNNING, counted)
    ended = ChildEnded(
        parent["frame"], parent["seq"], parent["index"], child.status, child.output, parent["items"]
    )
    engine.part(Workflows).tell(tx, child.scope, parent["execution"], ended)
