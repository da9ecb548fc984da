"""Job runs: each comes into its states one after the other, may be stopped, and is tried again if it fails.

Source: https://docs.aws.amazon.com/glue/latest/dg/job-run-statuses.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.utils import utcnow
from moto.glue.models import FakeJob, FakeJobRun, glue_backends

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.held_states import hold
from windsock.simulation.child.observed import happened

_ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"})

_start, _describe = FakeJob.start_job_run, FakeJobRun.as_dict


def apply() -> None:
    """Change moto's classes."""
    hold(FakeJobRun)
    FakeJob.start_job_run = _started
    FakeJobRun.as_dict = _described


def _started(job: FakeJob, *args: Any, **kwargs: Any) -> str:
    run_id: str = _start(job, *args, **kwargs)
    run = job.job_runs[-1]
    run.attempt, run.error = 0, ""
    _enter(job, run, "STARTING")
    return run_id


def _enter(job: FakeJob, run: FakeJobRun, state: str) -> None:
    run.status = state
    run.modified_on = run.completed_on = utcnow()
    happened(
        "glue.job-run",
        job.backend.account_id,
        job.backend.region_name,
        job=job.name,
        run=run.job_run_id,
        state=state,
        error=run.error,
        role=job.role,
        script=job.command.get("ScriptLocation", ""),
        streaming=job.command.get("Name") == "gluestreaming",
        timeout_minutes=run.timeout,
    )


def _described(run: FakeJobRun) -> dict[str, Any]:
    described: dict[str, Any] = _describe(run)
    last = run.completed_on if run.status in _ENDED else utcnow()
    described |= {
        "Attempt": run.attempt,
        "ExecutionTime": int((last - run.started_on).total_seconds()),
        "LogGroupName": "/aws-glue/jobs",
    }
    if run.status not in _ENDED:
        del described["CompletedOn"]
    if run.error:
        described["ErrorMessage"] = run.error
    return described


@change("PassJobRun")
def pass_job_run(account: str, region: str, params: dict[str, Any]) -> None:
    """A run that is still in the state `from` comes into the state `to`, with an `error` if it fails."""
    job = glue_backends[account][region].jobs.get(params["job"])
    for run in list(job.job_runs) if job else ():
        if run.job_run_id == params["run"] and run.status == params["from"]:
            run.error = params.get("error", "")
            _enter(job, run, params["to"])
            if params["to"] == "FAILED" and run.attempt < (job.max_retries or 0):
                _try_again(job, run)


def _try_again(job: FakeJob, failed: FakeJobRun) -> None:
    """A further attempt, which is a run of its own."""
    _started(
        job,
        failed.allocated_capacity,
        failed.max_capacity,
        failed.timeout,
        failed.worker_type,
        failed.security_configuration,
        failed.number_of_workers,
        failed.notification_property,
        failed.job_run_id,
        failed.arguments,
    )
    job.job_runs[-1].attempt = failed.attempt + 1


@change("BatchStopJobRun")
def batch_stop_job_run(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """Stop runs; for each that cannot be stopped, why."""
    name = params["JobName"]
    job = glue_backends[account][region].get_job(name)
    runs = {run.job_run_id: run for run in job.job_runs}
    stopped, errors = [], []
    for run_id in params["JobRunIds"]:
        run = runs.get(run_id)
        if run is not None and run.status in {"STARTING", "RUNNING"}:
            _enter(job, run, "STOPPING")
            stopped.append({"JobName": name, "JobRunId": run_id})
        else:
            errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": _error_of(run, run_id)})
    return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _error_of(run: FakeJobRun | None, run_id: str) -> dict[str, str]:
    if run is None:
        return {"ErrorCode": "EntityNotFoundException", "ErrorMessage": f"JobRun {run_id} is not found."}
    return {
        "ErrorCode": "JobRunInvalidStateTransitionException",
        "ErrorMessage": f"JobRun {run_id} cannot be stopped: it is {run.status}.",
    }
