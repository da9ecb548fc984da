"""Doing the task of a tested state for real: as the role, through the integrations that executions use."""

from __future__ import annotations

from typing import Final

from windsock.engine.operations import Context
from windsock.languages.asl.commands import StartTask
from windsock.languages.asl.resources import Resource
from windsock.languages.asl.trials import Execution, Result
from windsock.languages.values import to_json
from windsock.services.stepfunctions.errors import InvalidDefinition, not_valid
from windsock.services.stepfunctions.integrations.http_endpoints import STATUS, Exchange, exchange, outcome
from windsock.services.stepfunctions.test_state.performed import Performed
from windsock.services.stepfunctions.work import CALLBACK, JOBS, Integrations, Work, WorkFailed

_UNTESTED: Final = (*JOBS, CALLBACK)
_HTTP: Final = "http"


async def perform(ctx: Context, task: StartTask, execution: Execution) -> Performed:
    """Do a task; its result, or its error. Raises InvalidDefinition for one that needs a mock."""
    resource = Resource.parse(task.resource)
    work = Work(
        engine=ctx.engine,
        scope=ctx.scope,
        resource=resource,
        arguments=task.arguments,
        role=execution.role_arn,
        other_role=_other_role(task, execution),
        cause=ctx.call.cause,
        execution_arn=execution.arn,
        machine_arn=execution.machine_arn,
        frame=task.frame,
        seq=task.seq,
    )
    if resource.is_activity or work.resource.pattern in _UNTESTED:
        what = (
            "activities"
            if resource.is_activity
            else f"the '.{work.resource.pattern}' service integration pattern"
        )
        raise InvalidDefinition(f"TestState API does not support {what} when a mock is not specified.")
    if resource.type == _HTTP:
        return await _send(work)
    try:
        return Performed(Result(to_json(await ctx.engine.part(Integrations).request(work))))
    except WorkFailed as failed:
        return Performed(_failed(failed))


async def _send(work: Work) -> Performed:
    """The request of an HTTP Task, which can be looked at."""
    done: Exchange | None = None
    try:
        done = await exchange(work)
        result = Result(to_json(outcome(done.answer, STATUS)))
    except WorkFailed as failed:
        result = _failed(failed)
    return Performed(result, exchange=done)


def _failed(failed: WorkFailed) -> Result:
    return Result(error=failed.error, cause=failed.cause)


def _other_role(task: StartTask, execution: Execution) -> str:
    role: str = (task.credentials or {}).get("RoleArn", "")
    if not role and not execution.role_arn:
        raise not_valid("TestState needs a roleArn for a Task state when a mock is not specified.")
    return role
