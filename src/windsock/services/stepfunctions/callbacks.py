"""What workers and callbacks tell of tasks, by their tokens.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html and the pages
of SendTaskFailure and SendTaskHeartbeat beside it.
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Result, command
from windsock.languages.asl.happenings import Happening, TaskFailed, TaskHeartbeat, TaskSucceeded
from windsock.services.stepfunctions import execution_rows
from windsock.services.stepfunctions.errors import TaskDoesNotExist, TaskTimedOut
from windsock.services.stepfunctions.inputs import check_output
from windsock.services.stepfunctions.tokens import TaskToken, read_token
from windsock.services.stepfunctions.turns import Workflows


@command("SendTaskSuccess")
def send_task_success(ctx: Command, params: Params) -> Result:
    """A task ended well."""
    token = read_token(params["taskToken"])
    check_output(params["output"])
    return _tell(ctx, token, TaskSucceeded(token.frame, token.seq, text=params["output"]))


@command("SendTaskFailure")
def send_task_failure(ctx: Command, params: Params) -> Result:
    """A task failed."""
    token = read_token(params["taskToken"])
    error, cause = params.get("error"), params.get("cause")
    return _tell(ctx, token, TaskFailed(token.frame, token.seq, error, cause))


@command("SendTaskHeartbeat")
def send_task_heartbeat(ctx: Command, params: Params) -> Result:
    """Somebody is still at a task."""
    token = read_token(params["taskToken"])
    return _tell(ctx, token, TaskHeartbeat(token.frame, token.seq))


def _tell(ctx: Command, token: TaskToken, happening: Happening) -> Result:
    if not ctx.engine.part(Workflows).tell(ctx.tx, ctx.scope, token.execution, happening):
        if execution_rows.find(ctx.tx, ctx.scope, token.execution) is None:
            raise TaskDoesNotExist
        raise TaskTimedOut
    return {}
