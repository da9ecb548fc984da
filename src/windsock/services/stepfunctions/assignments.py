"""Tasks of running executions: handed out as engine tasks, or to the workers of an activity, and done.

A service is called at least once; its answer and the end of the engine task are one transaction with the
execution's next turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.languages.asl.commands import CancelTask, StartTask
from windsock.languages.asl.happenings import TaskFailed, TaskSubmitted, TaskSucceeded
from windsock.languages.asl.resources import Resource
from windsock.services.stepfunctions import activity_rows, job_rows
from windsock.services.stepfunctions.activity_tasks import offer
from windsock.services.stepfunctions.jobs import follow, stop_later
from windsock.services.stepfunctions.limits import TASK_ATTEMPTS, TASKS_AT_ONCE
from windsock.services.stepfunctions.turns import Turn, Workflows, performs
from windsock.services.stepfunctions.work import CALLBACK, JOBS, Integrations, Work, WorkFailed
from windsock.store.transaction import Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_KIND: Final = "stepfunctions.task"


@performs(StartTask)
def start_task(turn: Turn, command: StartTask) -> None:
    """Have a task done: by a worker if it is an activity's, else by calling a service."""
    if Resource.parse(command.resource).is_activity:
        offer(turn, command)
        return
    execution = turn.execution
    turn.engine.tasks.add(
        turn.tx,
        turn.scope,
        kind=_KIND,
        lane=f"{_KIND}:{execution.machine_arn}:{command.state}",
        payload=orjson.dumps(
            {
                "to": command.resource,
                "arguments": orjson.Fragment(command.arguments_text),
                "role": execution.definition.role,
                "other_role": (command.credentials or {}).get("RoleArn", ""),
                "execution": execution.id,
                "frame": command.frame,
                "seq": command.seq,
                "execution_arn": execution.arn,
                "machine_arn": execution.machine_arn,
            }
        ),
        cause=execution.origin,
    )


@performs(CancelTask)
def cancel_task(turn: Turn, command: CancelTask) -> None:
    """Nobody waits for a task any more: no worker gets it, and its job is ended."""
    activity_rows.remove_tasks_of(turn.tx, turn.scope, turn.execution.id, command.frame)
    job = job_rows.find(turn.tx, turn.scope, turn.execution.id, command.frame)
    if job is not None:
        stop_later(turn, job)


@task_kind
class Assignment(TaskKind):
    """One task of an execution: a service is called, and the execution told what it answered."""

    name = _KIND
    at_once = TASKS_AT_ONCE

    async def perform(self, engine: Engine, task: Task) -> None:
        data = task.data()
        frame, seq = data["frame"], data["seq"]
        if not engine.part(Workflows).awaits(task.scope, data["execution"], frame, seq):
            return
        work = Work.of_task(engine, task, data)
        try:
            answer = await engine.part(Integrations).request(work)
        except WorkFailed as failure:
            failed = TaskFailed(frame, seq, failure.error, failure.cause, start_failed=failure.start_failed)
            await engine.store.write(lambda tx: _end(engine, tx, task, failed))
            return
        await engine.store.write(lambda tx: _answered(engine, tx, task, work, answer))

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        """Only what is no answer of a service gets here: a defect."""
        return now_ms + backoff_ms(task) if task.attempts < TASK_ATTEMPTS else None

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        data = task.data()
        cause = f"{type(error).__name__}: {error}"
        failed = TaskFailed(data["frame"], data["seq"], "States.TaskFailed", cause)
        await engine.store.write(lambda tx: _end(engine, tx, task, failed))


def _answered(engine: Engine, tx: Transaction, task: Task, work: Work, answer: Any) -> None:
    """Tell the execution what the service answered; what it waits for beside that goes on."""
    workflows = engine.part(Workflows)
    frame, seq = work.frame, work.seq
    if work.resource.pattern in (CALLBACK, *JOBS):
        heard = workflows.tell(tx, work.scope, work.execution, TaskSubmitted(frame, seq, answer))
        if heard and work.resource.pattern in JOBS:
            follow(tx, work, answer, task.data())
    else:
        workflows.tell(tx, work.scope, work.execution, TaskSucceeded(frame, seq, answer))
    engine.tasks.complete(tx, task)


def _end(engine: Engine, tx: Transaction, task: Task, failed: TaskFailed) -> None:
    engine.part(Workflows).tell(tx, task.scope, task.data()["execution"], failed)
    engine.tasks.complete(tx, task)
