"""Jobs that tasks wait for (`.sync`): looked at until they are over, ended when nobody waits any more.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.log import Log
from windsock.languages.asl.happenings import TaskFailed, TaskSucceeded
from windsock.services.stepfunctions import job_rows
from windsock.services.stepfunctions.limits import POLL_FIRST_MS, POLL_LONGEST_MS, TASK_ATTEMPTS
from windsock.services.stepfunctions.turns import Turn, Workflows
from windsock.services.stepfunctions.work import Integrations, Work, WorkFailed
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

log = Log(__name__)

_LOOK: Final = "stepfunctions.job"
_STOP: Final = "stepfunctions.stop_job"


def follow(tx: Transaction, work: Work, answer: Any, asked: dict[str, Any]) -> None:
    """Have the end of a job told to the execution that waits for it. `asked` is the payload of its task."""
    integration = work.engine.part(Integrations).require(work)
    told = {"asked": asked, "answer": answer}
    job_rows.put(tx, work.scope, work.execution, work.frame, work.seq, told)
    if not integration.follow(tx, work, answer):
        _look_later(tx, work, told, 0)


def stop_later(turn: Turn, job: Row) -> None:
    """Have a job ended that nobody waits for any more."""
    job_rows.remove(turn.tx, turn.scope, job.execution, job.frame)
    turn.engine.tasks.add(
        turn.tx,
        turn.scope,
        kind=_STOP,
        lane=_STOP,
        payload=job.work.encode(),
        cause=turn.execution.origin,
    )


def ended(tx: Transaction, work: Work, happening: TaskSucceeded | TaskFailed) -> None:
    """Tell the execution that waits for a job how it ended."""
    job_rows.remove(tx, work.scope, work.execution, work.frame)
    work.engine.part(Workflows).tell(tx, work.scope, work.execution, happening)


@task_kind
class JobLook(TaskKind):
    """One look at a job; the next one comes later, unless it is over."""

    name = _LOOK

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        work = Work.of_task(engine, task, data["asked"])
        if not engine.part(Workflows).awaits(work.scope, work.execution, work.frame, work.seq):
            return
        try:
            result = await engine.part(Integrations).look(work, data["answer"])
        except WorkFailed as failure:
            failed = TaskFailed(work.frame, work.seq, failure.error, failure.cause)
            await engine.store.write(lambda tx: _over(tx, task, work, failed))
            return
        if result is None:
            await engine.store.write(lambda tx: _again(tx, task, work, data))
        else:
            succeeded = TaskSucceeded(work.frame, work.seq, result)
            await engine.store.write(lambda tx: _over(tx, task, work, succeeded))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task)


@task_kind
class JobStop(TaskKind):
    """Ends a job. If that fails it is left to itself, as AWS does."""

    name = _STOP

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        work = Work.of_task(engine, task, data["asked"])
        await engine.part(Integrations).stop(work, data["answer"])

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return now_ms + backoff_ms(task) if task.attempts < TASK_ATTEMPTS else None

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        log.warning("a job could not be stopped", resource=task.data()["asked"]["to"], error=str(error))


def _look_later(tx: Transaction, work: Work, told: dict[str, Any], looks: int) -> None:
    work.engine.tasks.add(
        tx,
        work.scope,
        kind=_LOOK,
        lane=_LOOK,
        payload=orjson.dumps({**told, "to": work.resource.arn, "looks": looks}),
        cause=work.cause,
        delay_ms=min(POLL_FIRST_MS * 2**looks, POLL_LONGEST_MS),
    )


def _again(tx: Transaction, task: Task, work: Work, data: dict[str, Any]) -> None:
    _look_later(tx, work, data, data["looks"] + 1)
    work.engine.tasks.complete(tx, task)


def _over(tx: Transaction, task: Task, work: Work, happening: TaskSucceeded | TaskFailed) -> None:
    ended(tx, work, happening)
    work.engine.tasks.complete(tx, task)
