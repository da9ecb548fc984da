"""RedriveExecution: an execution that failed goes on from where it did.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.errors import ExecutionNotRedrivable, not_valid
from windsock.services.stepfunctions.executions import require_execution
from windsock.services.stepfunctions.live_runs import LiveRuns
from windsock.services.stepfunctions.redrivable import REDRIVABLE, redrive_status
from windsock.services.stepfunctions.turns import Workflows


@command("RedriveExecution")
def redrive_execution(ctx: Command, params: Params) -> Result:
    """Go on with an execution; a repeat with the same clientToken answers what the first did."""
    row = require_execution(ctx.tx, params["executionArn"])
    token = params.get("clientToken")
    if token is not None and token == row.redrive_token:
        return {"redriveDate": to_datetime(row.redriven_ms)}
    status, reason = redrive_status(row.status, row.redrive_count, row.stopped_ms, ctx.now_ms)
    if status != REDRIVABLE:
        raise ExecutionNotRedrivable(reason or status)
    if row.map_run is not None:
        raise not_valid("A child execution of a Map Run is redriven with its parent.")
    scope = Scope(row.account, row.region)
    execution = ctx.engine.part(LiveRuns).redriven(ctx.tx, scope, row, token)
    ctx.engine.part(Workflows).redrive(ctx.tx, execution)
    return {"redriveDate": to_datetime(ctx.now_ms)}
