"""Map runs: made as a distributed Map begins, shown, changed, and ended.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html and the pages
of ListMapRuns and UpdateMapRun beside it.
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.languages.asl.commands import EndMapRun, RedriveMapRun, StartMapRun
from windsock.languages.asl.happenings import MapRunChanged
from windsock.services.stepfunctions import execution_rows, map_counts, map_run_rows
from windsock.services.stepfunctions.errors import ResourceNotFound, not_valid
from windsock.services.stepfunctions.executions import require_execution
from windsock.services.stepfunctions.map_children import stop_children_later
from windsock.services.stepfunctions.map_transfers import transfer_of
from windsock.services.stepfunctions.names import execution_arn, machine_arn, map_run_arn, map_run_named
from windsock.services.stepfunctions.pages import page, page_size, start_after
from windsock.services.stepfunctions.turns import Turn, Workflows, performs
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_CHANGES = ("maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage")


@performs(StartMapRun)
def start_map_run(turn: Turn, command: StartMapRun) -> None:
    """Make the map run of a distributed Map."""
    _, run = map_run_named(command.arn)
    values = {
        "id": run,
        "machine": turn.execution.machine,
        "label": command.label,
        "state": command.state,
        "execution": turn.execution.id,
        "frame": command.frame,
        "seq": command.seq,
        "status": execution_rows.RUNNING,
        "started_ms": turn.now_ms,
        "stopped_ms": None,
        "max_concurrency": command.max_concurrency,
        "tolerated_failure_count": command.tolerated_failure_count,
        "tolerated_failure_percentage": command.tolerated_failure_percentage,
        "total_items": command.total_items,
        "counts": map_counts.NONE,
        "redrive_count": 0,
        "redriven_ms": None,
    }
    map_run_rows.add(turn.tx, turn.scope, values)


@performs(RedriveMapRun)
def redrive_map_run(turn: Turn, command: RedriveMapRun) -> None:
    """Have a map run go on."""
    row = map_run_rows.of_state(turn.tx, turn.scope, turn.execution.id, command.frame, command.seq)
    if row is not None:
        map_run_rows.change(
            turn.tx,
            turn.scope,
            row,
            status=execution_rows.RUNNING,
            stopped_ms=None,
            redrive_count=row.redrive_count + 1,
            redriven_ms=turn.now_ms,
        )


@performs(EndMapRun)
def end_map_run(turn: Turn, command: EndMapRun) -> None:
    """Note how a map run ended. If it did so badly, its children are stopped and then its results written."""
    row = map_run_rows.of_state(turn.tx, turn.scope, turn.execution.id, command.frame, command.seq)
    if row is not None:
        map_run_rows.change(turn.tx, turn.scope, row, status=command.status, stopped_ms=turn.now_ms)
        if command.status != execution_rows.SUCCEEDED:
            writing = None
            if command.writer is not None:
                writing = transfer_of(turn, command.frame, command.seq, command.writer)
            stop_children_later(turn, row.id, writing)


@query("DescribeMapRun")
def describe_map_run(ctx: Query, params: Params) -> Result:
    """A map run."""
    scope, row = _require(ctx.tx, params["mapRunArn"])
    described = {
        "mapRunArn": params["mapRunArn"],
        "executionArn": _execution_arn(ctx.tx, scope, row),
        "status": row.status,
        "startDate": to_datetime(row.started_ms),
        "maxConcurrency": row.max_concurrency,
        "toleratedFailureCount": row.tolerated_failure_count,
        "toleratedFailurePercentage": row.tolerated_failure_percentage,
        "itemCounts": map_counts.item_counts(row),
        "executionCounts": map_counts.execution_counts(row),
        "redriveCount": row.redrive_count,
    }
    for name, instant in (("stopDate", row.stopped_ms), ("redriveDate", row.redriven_ms)):
        if instant is not None:
            described[name] = to_datetime(instant)
    return described


@query("ListMapRuns")
def list_map_runs(ctx: Query, params: Params) -> Result:
    """The map runs of an execution, in the order they began."""
    execution = require_execution(ctx.tx, params["executionArn"])
    scope = Scope(execution.account, execution.region)
    (first,) = start_after(params, [0])
    size = page_size(params)
    numbered = list(enumerate(map_run_rows.of_execution(ctx.tx, scope, execution.id), 1))[first:]
    return page(
        "mapRuns",
        numbered,
        size,
        lambda each: [each[0]],
        lambda each: _listed(scope, each[1], params["executionArn"]),
    )


@command("UpdateMapRun")
def update_map_run(ctx: Command, params: Params) -> Result:
    """Change how many children a map run has at once, and which failures it bears."""
    if not any(member in params for member in _CHANGES):
        raise not_valid(
            "At least one of maxConcurrency, toleratedFailureCount or toleratedFailurePercentage must be "
            "specified.",
            "MISSING_REQUIRED_PARAMETER",
        )
    scope, row = _require(ctx.tx, params["mapRunArn"])
    if row.status != execution_rows.RUNNING:
        raise not_valid("Map Run is not running and cannot be updated.")
    at_once = params.get("maxConcurrency", row.max_concurrency)
    count = params.get("toleratedFailureCount", row.tolerated_failure_count)
    percentage = params.get("toleratedFailurePercentage", row.tolerated_failure_percentage)
    map_run_rows.change(
        ctx.tx,
        scope,
        row,
        max_concurrency=at_once,
        tolerated_failure_count=count,
        tolerated_failure_percentage=percentage,
    )
    changed = MapRunChanged(row.frame, row.seq, at_once, count, percentage)
    ctx.engine.part(Workflows).tell(ctx.tx, scope, row.execution, changed)
    return {}


def _require(tx: Snapshot, arn: str) -> tuple[Scope, Row]:
    scope, run = map_run_named(arn)
    row = map_run_rows.find(tx, scope, run)
    if row is None:
        raise ResourceNotFound(arn)
    return scope, row


def _execution_arn(tx: Snapshot, scope: Scope, row: Row) -> str:
    execution = execution_rows.find(tx, scope, row.execution)
    if execution is None:
        raise LookupError(f"The execution {row.execution} of the map run {row.id} is gone.")
    return execution_arn(scope, execution.machine, execution.name)


def _listed(scope: Scope, row: Row, execution: str) -> dict[str, Any]:
    listed = {
        "executionArn": execution,
        "mapRunArn": map_run_arn(scope, row.machine, row.label, row.id),
        "stateMachineArn": machine_arn(scope, f"{row.machine}/{row.label}"),
        "startDate": to_datetime(row.started_ms),
    }
    return listed if row.stopped_ms is None else {**listed, "stopDate": to_datetime(row.stopped_ms)}
