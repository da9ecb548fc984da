"""Workers of activities: they ask for tasks, and wait for one.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.scope import Scope
from windsock.languages.asl.commands import StartTask
from windsock.languages.asl.happenings import ActivityStarted
from windsock.services.stepfunctions import activity_rows
from windsock.services.stepfunctions.activities import require_activity
from windsock.services.stepfunctions.limits import ACTIVITY_POLL_SECONDS
from windsock.services.stepfunctions.names import activity_named
from windsock.services.stepfunctions.tokens import make_token
from windsock.services.stepfunctions.turns import Turn, Workflows
from windsock.store.transaction import Transaction


def offer(turn: Turn, command: StartTask) -> None:
    """Have a task wait for a worker of its activity."""
    scope, activity = activity_named(command.resource)
    values = {
        "activity": activity,
        "id": turn.engine.ids.new(turn.now_ms),
        "execution": turn.execution.id,
        "frame": command.frame,
        "seq": command.seq,
        "input": command.arguments_text,
    }
    activity_rows.add_task(turn.tx, turn.scope, values)
    turn.tx.after_commit(lambda: turn.engine.signals.notify(_signal(scope, activity)))


@waiting("GetActivityTask")
async def get_activity_task(ctx: Context, params: Params) -> Result:
    """A task of an activity, once there is one; nothing when there is none within a minute."""
    scope, activity = activity_named(params["activityArn"])
    clock = ctx.engine.clock
    started = clock.elapsed()
    deadline_ms = clock.now_ms() + ACTIVITY_POLL_SECONDS * 1000
    with ctx.engine.signals.listen(_signal(scope, activity)) as event:
        while True:
            event.clear()
            taken = await ctx.engine.store.write(lambda tx: _take(ctx, tx, scope, activity, params))
            # Real seconds count too, for workers of a clock that nobody advances.
            left = min(
                (deadline_ms - clock.now_ms()) / 1000, ACTIVITY_POLL_SECONDS - (clock.elapsed() - started)
            )
            if taken is not None or left <= 0:
                return taken or {}
            with ctx.engine.activity.resting():
                await clock.wait_as_client(event, left)


def _take(
    ctx: Context, tx: Transaction, scope: Scope, activity: str, params: Params
) -> dict[str, Any] | None:
    """The task that waits longest. Those nobody waits for any more are passed over."""
    require_activity(tx, scope, activity)
    while (task := activity_rows.oldest_task(tx, scope, activity)) is not None:
        activity_rows.remove_task(tx, scope, task)
        started = ActivityStarted(task.frame, task.seq, params.get("workerName", ""))
        if ctx.engine.part(Workflows).tell(tx, scope, task.execution, started):
            return {"taskToken": make_token(task.execution, task.frame, task.seq), "input": task.input}
    return None


def _signal(scope: Scope, activity: str) -> tuple[str, Scope, str]:
    return ("stepfunctions.activity", scope, activity)
