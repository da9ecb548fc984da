"""What distributed Maps read and write: engine tasks that call S3 and tell the execution.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.scope import Scope
from windsock.languages.asl.commands import ReadItems, WriteResults
from windsock.languages.asl.happenings import Happening, ItemsRead, ResultsWritten, TaskFailed
from windsock.services.stepfunctions import map_run_rows
from windsock.services.stepfunctions.item_readers import read_items, source_of
from windsock.services.stepfunctions.limits import TASK_ATTEMPTS
from windsock.services.stepfunctions.object_store import ObjectStore
from windsock.services.stepfunctions.result_writers import write_results
from windsock.services.stepfunctions.turns import Turn, Workflows, performs
from windsock.services.stepfunctions.work import WorkFailed
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_READ: Final = "stepfunctions.read_items"
_WRITE: Final = "stepfunctions.write_results"


@performs(ReadItems)
def read_items_later(turn: Turn, command: ReadItems) -> None:
    """Have the items of a distributed Map read."""
    asked = transfer_of(turn, command.frame, command.seq, command.reader)
    _add(turn.engine, turn.tx, turn.scope, _READ, asked, turn.execution.origin)


@performs(WriteResults)
def write_results_later(turn: Turn, command: WriteResults) -> None:
    """Have the results of a distributed Map written."""
    asked = transfer_of(turn, command.frame, command.seq, command.writer)
    write_later(turn.engine, turn.tx, turn.scope, asked, turn.execution.origin)


def transfer_of(turn: Turn, frame: int, seq: int, what: Mapping[str, Any]) -> dict[str, Any]:
    """What the task is told that reads or writes for the Map state that waits in this frame."""
    run = map_run_rows.of_state(turn.tx, turn.scope, turn.execution.id, frame, seq)
    return {
        "to": what["Resource"],
        "what": dict(what),
        "role": turn.execution.definition.role,
        "machine_arn": turn.execution.machine_arn,
        "execution": turn.execution.id,
        "frame": frame,
        "seq": seq,
        "map_run": None if run is None else run.id,
    }


def write_later(engine: Engine, tx: Transaction, scope: Scope, asked: dict[str, Any], cause: str) -> None:
    """Have results written; `asked` is what `transfer_of` gave."""
    _add(engine, tx, scope, _WRITE, asked, cause)


class _Transfer(TaskKind):
    """Something read or written for a Map state, which is told how that went."""

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        objects = ObjectStore(engine, task.scope, data["role"], data["machine_arn"], f"task:{task.id}")
        try:
            happening = await self.transfer(engine, task, objects, data)
        except WorkFailed as failure:
            happening = TaskFailed(data["frame"], data["seq"], failure.error, failure.cause)
        await engine.store.write(lambda tx: _tell(engine, tx, task, data, happening))

    async def transfer(
        self, engine: Engine, task: Task, objects: ObjectStore, data: dict[str, Any]
    ) -> Happening:
        """Do it; what the execution is told. Raises WorkFailed."""
        raise NotImplementedError

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task) if task.attempts < TASK_ATTEMPTS else None

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        failed = TaskFailed(data["frame"], data["seq"], None, f"{type(error).__name__}: {error}")
        await engine.store.write(lambda tx: _tell(engine, tx, task, data, failed))


@task_kind
class Reading(_Transfer):
    """The items of a distributed Map."""

    name = _READ

    async def transfer(
        self, engine: Engine, task: Task, objects: ObjectStore, data: dict[str, Any]
    ) -> Happening:
        items = await read_items(objects, data["what"])
        return ItemsRead(data["frame"], data["seq"], items, source_of(data["what"]))


@task_kind
class Writing(_Transfer):
    """The results of a distributed Map."""

    name = _WRITE

    async def transfer(
        self, engine: Engine, task: Task, objects: ObjectStore, data: dict[str, Any]
    ) -> Happening:
        output = await write_results(engine, task.scope, objects, data)
        return ResultsWritten(data["frame"], data["seq"], output)


def _add(engine: Engine, tx: Transaction, scope: Scope, kind: str, asked: dict[str, Any], cause: str) -> None:
    lane = f"{kind}:{asked['machine_arn']}"
    engine.tasks.add(tx, scope, kind=kind, lane=lane, payload=orjson.dumps(asked), cause=cause)


def _tell(engine: Engine, tx: Transaction, task: Task, data: dict[str, Any], happening: Happening) -> None:
    if isinstance(happening, ItemsRead):
        run = map_run_rows.find(tx, task.scope, data["map_run"])
        if run is not None:
            map_run_rows.change(tx, task.scope, run, total_items=len(happening.items))
    engine.part(Workflows).tell(tx, task.scope, data["execution"], happening)
    engine.tasks.complete(tx, task)
