"""Job runs. A run launches if its role may read its script, and fails if not; the script itself is not run.
A streaming job runs until it is stopped or its timeout is over.


Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/event-types.html (Glue Job State Change)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.engine.retries import as_target_error, backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.errors import AwsError
from windsock.simulation.backend.changes import Change, change_later, change_now
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.glue.limits import (
    LAUNCH_ATTEMPTS,
    RUNNING_SECONDS,
    STARTING_SECONDS,
    STOPPING_SECONDS,
)
from windsock.store.transaction import Transaction

LAUNCH: Final = "glue.launch"

_SECONDS_OF_A_MINUTE: Final = 60

# The states that are announced: how severely, and in what words.
_TOLD: Final = {
    "SUCCEEDED": ("INFO", "Job run succeeded"),
    "FAILED": ("ERROR", "JobName:{job} and JobRunId:{run} failed to execute with exception {error}"),
    "TIMEOUT": ("WARN", "Job run timed out"),
    "STOPPED": ("INFO", "Job run stopped"),
}


@on("glue.job-run")
def job_run_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A run came into a state."""
    facts, state = happening.facts, happening.facts["state"]
    if state == "STARTING":
        _launch_later(engine, tx, happening)
    elif state == "RUNNING" and not facts["streaming"]:
        _pass_later(engine, tx, happening, "SUCCEEDED", RUNNING_SECONDS)
    elif state == "RUNNING" and facts["timeout_minutes"]:
        _pass_later(engine, tx, happening, "TIMEOUT", facts["timeout_minutes"] * _SECONDS_OF_A_MINUTE)
    elif state == "STOPPING":
        _pass_later(engine, tx, happening, "STOPPED", STOPPING_SECONDS)
    if state in _TOLD:
        severity, message = _TOLD[state]
        detail = {
            "jobName": facts["job"],
            "severity": severity,
            "state": state,
            "jobRunId": facts["run"],
            "message": message.format_map(facts),
        }
        event = PlatformEvent("aws.glue", "Glue Job State Change", detail)
        announce(engine, tx, happening.scope, [event], cause=happening.cause)


def _launch_later(engine: Engine, tx: Transaction, happening: Happening) -> None:
    engine.tasks.add(
        tx,
        happening.scope,
        kind=LAUNCH,
        lane=happening.scope.arn("glue", f"job/{happening.facts['job']}"),
        payload=orjson.dumps(happening.facts),
        cause=happening.cause,
        delay_ms=STARTING_SECONDS * 1000,
    )


def _pass_later(engine: Engine, tx: Transaction, happening: Happening, to: str, seconds: int) -> None:
    change = _passing(happening.facts, to, happening.cause)
    change_later(engine, tx, happening.scope, change, key=f"run/{happening.facts['run']}", seconds=seconds)


def _passing(facts: Mapping[str, Any], to: str, cause: str, error: str = "") -> Change:
    params = {"job": facts["job"], "run": facts["run"], "from": facts["state"], "to": to, "error": error}
    return Change("glue", "PassJobRun", params, cause)


@task_kind
class Launch(TaskKind):
    """Sees whether a run that starts can have its script, and has it go on."""

    name = LAUNCH

    async def perform(self, engine: Engine, task: Task) -> None:
        await _find_script(engine, task)
        await _go_on(engine, task, "RUNNING")

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        lasting = isinstance(error, AwsError) and not as_target_error(error).retryable
        return None if lasting or task.attempts >= LAUNCH_ATTEMPTS else now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        reason = error.message if isinstance(error, AwsError) else str(error)
        await _go_on(engine, task, "FAILED", f"LAUNCH ERROR | {reason}")


async def _go_on(engine: Engine, task: Task, to: str, error: str = "") -> None:
    change = _passing(task.data(), to, task.cause, error)

    def go_on(tx: Transaction) -> None:
        change_now(engine, tx, task.scope, change)
        engine.tasks.complete(tx, task)

    await engine.store.write(go_on)


async def _find_script(engine: Engine, task: Task) -> None:
    """Raises AwsError when the role cannot read the script."""
    facts, scope = task.data(), task.scope
    bucket, _, key = facts["script"].removeprefix("s3://").partition("/")
    if not key:
        raise AwsError("The job names no script.", code="InvalidInputException")
    role = facts["role"] if ":" in facts["role"] else f"arn:aws:iam::{scope.account}:role/{facts['role']}"
    caller = Caller.role(role, scope.account, "glue.amazonaws.com")
    params = {"Bucket": bucket, "Key": key}
    try:
        await engine.call("s3", "HeadObject", params, caller=caller, scope=scope, cause=task.cause)
    except AwsError as error:
        if error.status == 404:
            raise AwsError(f"{facts['script']} does not exist.", code="NotFound") from error
        raise
