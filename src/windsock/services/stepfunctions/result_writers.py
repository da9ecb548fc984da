"""Writing the results of a distributed Map: files by outcome, and a manifest that names them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions import execution_rows, map_run_rows
from windsock.services.stepfunctions.limits import RESULT_FILE_BYTES
from windsock.services.stepfunctions.names import execution_arn, machine_arn, map_run_arn
from windsock.services.stepfunctions.object_store import ObjectStore
from windsock.services.stepfunctions.redrivable import redrive_status
from windsock.services.stepfunctions.sdk_shapes import in_iso_8601
from windsock.services.stepfunctions.work import WorkFailed
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_SUCCEEDED: Final = "SUCCEEDED"
_FAILED: Final = "FAILED"
_PENDING: Final = "PENDING"
_READ_AT_ONCE: Final = 500
_LINES: Final = "JSONL"


async def write_results(
    engine: Engine, scope: Scope, objects: ObjectStore, data: dict[str, Any]
) -> dict[str, Any]:
    """Write what the children of `data["map_run"]` gave; the result of the Map state. Raises WorkFailed."""
    arguments = data["what"].get("Arguments") or {}
    bucket = arguments.get("Bucket")
    if not isinstance(bucket, str):
        raise WorkFailed("States.ResultWriterFailed", "The ResultWriter needs a Bucket.")
    run = engine.store.read(lambda tx: map_run_rows.find(tx, scope, data["map_run"]))
    if run is None:
        raise WorkFailed("States.ResultWriterFailed", "The Map Run is gone.")
    prefix = "/".join(part for part in (str(arguments.get("Prefix", "")).strip("/"), run.id) if part)
    config = data["what"].get("WriterConfig") or {}
    files: dict[str, list[dict[str, Any]]] = {_FAILED: [], _PENDING: [], _SUCCEEDED: []}
    for outcome, content in _files(engine, scope, run, config):
        key = f"{prefix}/{outcome}_{len(files[outcome])}.{_extension(config)}"
        await objects.put(bucket, key, content, "application/json")
        files[outcome].append({"Key": key, "Size": len(content)})
    arn = map_run_arn(scope, run.machine, run.label, run.id)
    manifest = {"DestinationBucket": bucket, "MapRunArn": arn, "ResultFiles": files}
    await objects.put(bucket, f"{prefix}/manifest.json", orjson.dumps(manifest), "application/json")
    return {
        "MapRunArn": arn,
        "ResultWriterDetails": {"Bucket": bucket, "Key": f"{prefix}/manifest.json"},
    }


def _files(engine: Engine, scope: Scope, run: Row, config: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The files, each with the outcome it is about; a file grows to a limit."""
    form = _FORMS.get(str(config.get("Transformation", "NONE")), _whole)
    waiting: dict[str, list[bytes]] = {_SUCCEEDED: [], _FAILED: []}
    for row in _children(engine, scope, run):
        outcome = _SUCCEEDED if row.status == execution_rows.SUCCEEDED else _FAILED
        waiting[outcome] += [orjson.dumps(each) for each in form(engine, scope, row)]
        if sum(map(len, waiting[outcome])) >= RESULT_FILE_BYTES:
            yield outcome, _joined(waiting[outcome], config)
            waiting[outcome] = []
    for outcome, results in waiting.items():
        if results:
            yield outcome, _joined(results, config)


def _children(engine: Engine, scope: Scope, run: Row) -> Iterator[Row]:
    first = 0
    while rows := engine.store.read(partial(_some_children, scope=scope, run=run, first=first)):
        yield from rows
        first = rows[-1].map_index + 1


def _some_children(tx: Snapshot, scope: Scope, run: Row, first: int) -> list[Row]:
    return execution_rows.children_from(tx, scope, run.id, first, _READ_AT_ONCE)


def _joined(results: list[bytes], config: dict[str, Any]) -> bytes:
    if config.get("OutputType") == _LINES:
        return b"\n".join(results)
    return b"[%b]" % b",".join(results)


def _extension(config: dict[str, Any]) -> str:
    return "jsonl" if config.get("OutputType") == _LINES else "json"


def _whole(engine: Engine, scope: Scope, row: Row) -> list[Any]:
    """A child as DescribeExecution tells of it."""
    status, reason = redrive_status(
        row.status, row.redrive_count, row.stopped_ms, engine.clock.now_ms(), is_child=True
    )
    told = {
        "Cause": row.cause,
        "Error": row.error,
        "ExecutionArn": execution_arn(scope, row.machine, row.name),
        "Input": row.input,
        "InputDetails": {"Included": True},
        "Name": row.name.partition(":")[0],
        "Output": row.output,
        "OutputDetails": None if row.output is None else {"Included": True},
        "RedriveCount": row.redrive_count,
        "RedriveStatus": status,
        "RedriveStatusReason": reason,
        "StartDate": in_iso_8601(to_datetime(row.started_ms)),
        "StateMachineArn": machine_arn(scope, row.machine),
        "Status": row.status,
        "StopDate": None if row.stopped_ms is None else in_iso_8601(to_datetime(row.stopped_ms)),
    }
    return [{name: value for name, value in told.items() if value is not None}]


def _compact(engine: Engine, scope: Scope, row: Row) -> list[Any]:
    """The output of a child; of one that failed, all there is to tell."""
    return _whole(engine, scope, row) if row.output is None else [orjson.loads(row.output)]


def _flat(engine: Engine, scope: Scope, row: Row) -> list[Any]:
    """The elements of a child's output, if it is an array."""
    outputs = _compact(engine, scope, row)
    return outputs[0] if isinstance(outputs[0], list) else outputs


_FORMS: Final[dict[str, Callable[[Engine, Scope, Row], list[Any]]]] = {
    "NONE": _whole,
    "COMPACT": _compact,
    "FLATTEN": _flat,
}
