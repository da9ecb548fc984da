"""Replication tasks: created, started, then done or failed, each in its time.

No rows are moved. What an S3 endpoint needs is looked at: its bucket, and text in UTF-8 to read from it. A
task without that fails, as it would at DMS.
Source: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.html and
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.S3.html
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any, Final

from moto.dms.models import DatabaseMigrationServiceBackend, FakeReplicationTask, dms_backends
from moto.s3.models import FakeBucket, FakeKey, s3_backends

from windsock.kernel.file_bodies import FileBody
from windsock.simulation.child import event_history
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.dms.subscriptions import topics
from windsock.simulation.child.observed import happened
from windsock.simulation.overlays.dms.event_kinds import EVENT_KINDS

_FULL_LOAD_DONE: Final = "Stop Reason FULL_LOAD_ONLY_FINISHED"

_create = DatabaseMigrationServiceBackend.create_replication_task
_delete = DatabaseMigrationServiceBackend.delete_replication_task
_start, _stop, _told_by_moto = (
    DatabaseMigrationServiceBackend.start_replication_task,
    DatabaseMigrationServiceBackend.stop_replication_task,
    FakeReplicationTask.to_dict,
)


def apply() -> None:
    """Change moto's classes."""
    DatabaseMigrationServiceBackend.create_replication_task = _created
    DatabaseMigrationServiceBackend.start_replication_task = _started
    DatabaseMigrationServiceBackend.stop_replication_task = _stopped
    DatabaseMigrationServiceBackend.delete_replication_task = _deleted
    FakeReplicationTask.to_dict = _to_dict


@change("ReadyTask")
def ready_task(account: str, region: str, params: dict[str, Any]) -> None:
    """A task that was created can be started."""
    task = dms_backends[account][region].replication_tasks.get(params["task"])
    if task is not None and task.status == "creating":
        task.ready()


@change("RunTask")
def run_task(account: str, region: str, params: dict[str, Any]) -> None:
    """A task that was started runs: a full load to its end, any other on and on, unless it fails."""
    backend = dms_backends[account][region]
    task = backend.replication_tasks.get(params["task"])
    if task is None or task.status != "starting":
        return
    task.status = "running"
    _tell(backend, task, "REPLICATION_TASK_STARTED")
    problem = _problem(backend, task)
    if problem:
        task.status = "failed"
        vars(task)["failure"] = f"Last Error {problem} Stop Reason FATAL_ERROR Error Level FATAL"
        _tell(backend, task, "REPLICATION_TASK_FAILED", f"\nReason: {vars(task)['failure']}")
    elif task.migration_type == "full-load":
        task.stop()
        vars(task)["stop_reason"] = _FULL_LOAD_DONE
        _tell(backend, task, "REPLICATION_TASK_STOPPED", f" {_FULL_LOAD_DONE}")


def _created(backend: DatabaseMigrationServiceBackend, **settings: Any) -> FakeReplicationTask:
    task = _create(backend, **settings)
    _tell(backend, task, "REPLICATION_TASK_CREATED")
    _begin(backend, task, "ReadyTask")
    return task


def _started(backend: DatabaseMigrationServiceBackend, replication_task_arn: str) -> FakeReplicationTask:
    task = _start(backend, replication_task_arn)
    task.status = "starting"
    for name in ("failure", "stop_reason"):
        vars(task).pop(name, None)
    _begin(backend, task, "RunTask")
    return task


def _stopped(backend: DatabaseMigrationServiceBackend, replication_task_arn: str) -> FakeReplicationTask:
    task = _stop(backend, replication_task_arn)
    _tell(backend, task, "REPLICATION_TASK_STOPPED")
    return task


def _deleted(backend: DatabaseMigrationServiceBackend, replication_task_arn: str) -> FakeReplicationTask:
    task = _delete(backend, replication_task_arn)
    _tell(backend, task, "REPLICATION_TASK_DELETED")
    return task


def _problem(backend: DatabaseMigrationServiceBackend, task: FakeReplicationTask) -> str:
    """Why a task cannot go on; empty when it can."""
    for arn in (task.source_endpoint_arn, task.target_endpoint_arn):
        endpoint = next((each for each in backend.endpoints.values() if each.endpoint_arn == arn), None)
        if endpoint is None:
            return f"Endpoint {arn} does not exist."
        settings = endpoint.s3_settings or {}
        if endpoint.engine_name != "s3":
            continue
        bucket = _bucket(settings.get("BucketName", ""))
        if bucket is None:
            return f"The bucket {settings.get('BucketName')} does not exist."
        if arn == task.source_endpoint_arn:
            unreadable = _unreadable(bucket, settings.get("BucketFolder", ""))
            if unreadable:
                return f"The data file {unreadable} is not encoded in UTF-8."
    return ""


def _bucket(name: str) -> FakeBucket | None:
    owner = s3_backends.bucket_accounts.get(name)
    return None if owner is None else s3_backends[owner[1]][owner[0]].buckets.get(name)


def _unreadable(bucket: FakeBucket, folder: str) -> str:
    keys: list[FakeKey] = [each for each in bucket.keys.values() if each.name.startswith(folder)]
    return next((key.name for key in keys if hasattr(key, "value") and not _is_text(key.value)), "")


def _is_text(value: bytes | FileBody) -> bool:
    pieces: Iterable[bytes] = value.pieces() if isinstance(value, FileBody) else (value,)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _begin(backend: DatabaseMigrationServiceBackend, task: FakeReplicationTask, following: str) -> None:
    happened("dms.begun", backend.account_id, backend.region_name, arn=task.arn, change=following)


def _tell(
    backend: DatabaseMigrationServiceBackend, task: FakeReplicationTask, event: str, more: str = ""
) -> None:
    kind = EVENT_KINDS[event]
    message = f"{kind.message}{more}"
    event_history.note(backend, "replication-task", task.id, message, EventCategories=[kind.category])
    happened(
        "dms.event",
        backend.account_id,
        backend.region_name,
        event=event,
        task=task.id,
        arn=task.arn,
        message=message,
        topics=topics(backend, task.id, kind.category),
    )


def _to_dict(task: FakeReplicationTask) -> dict[str, Any]:
    known = vars(task)
    told = {
        **_told_by_moto(task),
        "LastFailureMessage": known.get("failure"),
        "StopReason": known.get("stop_reason"),
    }
    return {name: value for name, value in told.items() if value is not None}
