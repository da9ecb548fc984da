"""Executions: started, stopped, shown and listed.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html and the pages
of the other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.languages.asl.happenings import Stopped
from windsock.services.stepfunctions import execution_rows, express, machine_rows, map_run_rows
from windsock.services.stepfunctions.definition_texts import processor_of
from windsock.services.stepfunctions.definitions import Definitions
from windsock.services.stepfunctions.errors import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    ResourceNotFound,
    StateMachineDeleting,
    StateMachineTypeNotSupported,
    not_valid,
)
from windsock.services.stepfunctions.inputs import check_input
from windsock.services.stepfunctions.live_runs import Execution
from windsock.services.stepfunctions.machine_rows import EXPRESS
from windsock.services.stepfunctions.machines import METADATA_ONLY, described_revision
from windsock.services.stepfunctions.names import (
    MachineName,
    check_name,
    execution_arn,
    execution_named,
    machine_arn,
    machine_named,
    map_run_arn,
    map_run_named,
)
from windsock.services.stepfunctions.pages import page, page_size, start_after
from windsock.services.stepfunctions.redrivable import redrive_status
from windsock.services.stepfunctions.references import Reference, resolve
from windsock.services.stepfunctions.tokens import new_execution_id
from windsock.services.stepfunctions.turns import Workflows
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_BEYOND: Final = "~"
_NO_INPUT: Final = "{}"


@command("StartExecution")
def start_execution(ctx: Command, params: Params) -> Result:
    """Start an execution; one of the same name that runs with the same input is answered instead.

    An Express execution needs no name of its own and is never the same as another.
    """
    named = machine_named(params["stateMachineArn"])
    name = params.get("name") or uuid4()
    check_name(name)
    text = params.get("input", _NO_INPUT)
    check_input(text)
    found = resolve(ctx.tx, named, name)
    if found.machine.status == machine_rows.DELETING:
        raise StateMachineDeleting(named.arn)
    if found.machine.type == EXPRESS:
        return express.accept(ctx, named, found, name, text)
    known = execution_rows.named(ctx.tx, named.scope, named.name, name)
    if known is not None:
        if known.status != execution_rows.RUNNING or known.input != text:
            raise ExecutionAlreadyExists(execution_arn(named.scope, named.name, name))
        return _started(named.scope, named.name, name, known.started_ms)
    _start(ctx, named, found, name, text, params.get("traceHeader"))
    return _started(named.scope, named.name, name, ctx.now_ms)


@command("StopExecution")
def stop_execution(ctx: Command, params: Params) -> Result:
    """Stop an execution; one that has ended is left as it is."""
    row = require_execution(ctx.tx, params["executionArn"])
    stopped = Stopped(params.get("error"), params.get("cause"))
    heard = ctx.engine.part(Workflows).tell(ctx.tx, Scope(row.account, row.region), row.id, stopped)
    return {"stopDate": to_datetime(ctx.now_ms if heard else row.stopped_ms)}


@query("DescribeExecution")
def describe_execution(ctx: Query, params: Params) -> Result:
    """An execution."""
    row = require_execution(ctx.tx, params["executionArn"])
    return described(ctx.tx, row, ctx.now_ms, with_data=params.get("includedData") != METADATA_ONLY)


@query("DescribeStateMachineForExecution")
def describe_state_machine_for_execution(ctx: Query, params: Params) -> Result:
    """The state machine as it was when the execution was started."""
    row = require_execution(ctx.tx, params["executionArn"])
    scope = Scope(row.account, row.region)
    revision = machine_rows.revision(ctx.tx, scope, row.revision)
    answer = {
        "stateMachineArn": machine_arn(scope, row.machine),
        "name": row.machine,
        "updateDate": to_datetime(revision.created_ms),
        **described_revision(revision, params),
    }
    run = None if row.map_run is None else map_run_rows.find(ctx.tx, scope, row.map_run)
    if run is not None:
        answer |= {"mapRunArn": map_run_arn(scope, run.machine, run.label, run.id), "label": run.label}
        if params.get("includedData") != METADATA_ONLY:
            answer["definition"] = processor_of(revision.definition, run.state)
    return answer


@query("ListExecutions")
def list_executions(ctx: Query, params: Params) -> Result:
    """The executions of a machine, version, alias or map run, the newest first."""
    if ("stateMachineArn" in params) == ("mapRunArn" in params):
        raise not_valid("Must specify exactly one of stateMachineArn and mapRunArn.")
    if "mapRunArn" in params and "redriveFilter" in params:
        raise not_valid("redriveFilter cannot be used with mapRunArn.")
    size = page_size(params)
    (before,) = start_after(params, [_BEYOND])
    wanted = params.get("statusFilter")
    statuses = (wanted,) if wanted else execution_rows.STATUSES
    find = _of_map_run if "mapRunArn" in params else _of_machine
    scope, rows = find(ctx, params, statuses, before, size + 1)
    return page("executions", rows, size, lambda row: str(row.id), lambda row: _listed(ctx.tx, scope, row))


def require_execution(tx: Snapshot, arn: str) -> Row:
    """The row of the execution that an ARN names. Raises InvalidArn or ExecutionDoesNotExist."""
    named = execution_named(arn)
    row = execution_rows.named(tx, named.scope, named.machine, named.name)
    if row is None:
        raise ExecutionDoesNotExist(arn)
    return row


def described(tx: Snapshot, row: Row, now_ms: int, *, with_data: bool = True) -> dict[str, Any]:
    """An execution as DescribeExecution tells it."""
    scope = Scope(row.account, row.region)
    redrivable, reason = redrive_status(
        row.status, row.redrive_count, row.stopped_ms, now_ms, is_child=row.map_run is not None
    )
    answer = {
        **_listed(tx, scope, row),
        "traceHeader": row.trace_header,
        "error": row.error,
        "cause": row.cause,
        "redriveStatus": redrivable,
        "redriveStatusReason": reason,
        "inputDetails": {"included": with_data},
        "input": row.input if with_data else None,
        "output": row.output if with_data else None,
    }
    if row.output is not None:
        answer["outputDetails"] = {"included": with_data}
    return {name: value for name, value in answer.items() if value is not None}


def _start(
    ctx: Command, named: MachineName, found: Reference, name: str, text: str, trace_header: str | None
) -> None:
    execution = Execution(
        scope=named.scope,
        definition=ctx.engine.part(Definitions).of(ctx.tx, named.scope, found.revision),
        id=new_execution_id(ctx.now_ms),
        machine=named.name,
        name=name,
        input=text,
        started_ms=ctx.now_ms,
        version=found.version,
        alias=found.alias,
        trace_header=trace_header,
        origin=ctx.call.cause,
    )
    ctx.engine.part(Workflows).start(ctx.tx, execution)


def _started(scope: Scope, machine: str, name: str, started_ms: int) -> dict[str, Any]:
    return {"executionArn": execution_arn(scope, machine, name), "startDate": to_datetime(started_ms)}


def _of_machine(
    ctx: Query, params: Params, statuses: tuple[str, ...], before: str, most: int
) -> tuple[Scope, list[Row]]:
    named = machine_named(params["stateMachineArn"])
    if resolve(ctx.tx, named).machine.type == EXPRESS:
        raise StateMachineTypeNotSupported
    rows: list[Row] = []
    while len(rows) < most:
        found = execution_rows.of_machine(ctx.tx, named.scope, named.name, statuses, before, most)
        rows += [row for row in found if _is_wanted(row, named, params.get("redriveFilter"))]
        if len(found) < most:
            break
        before = found[-1].id
    return named.scope, rows[:most]


def _is_wanted(row: Row, named: MachineName, redrive_filter: str | None) -> bool:
    if named.qualifier and named.qualifier not in (str(row.version), row.alias):
        return False
    return redrive_filter is None or (row.redrive_count > 0) == (redrive_filter == "REDRIVEN")


def _of_map_run(
    ctx: Query, params: Params, statuses: tuple[str, ...], before: str, most: int
) -> tuple[Scope, list[Row]]:
    scope, run = map_run_named(params["mapRunArn"])
    if map_run_rows.find(ctx.tx, scope, run) is None:
        raise ResourceNotFound(params["mapRunArn"])
    return scope, execution_rows.of_map_run(ctx.tx, scope, run, statuses, before, most)


def _listed(tx: Snapshot, scope: Scope, row: Row) -> dict[str, Any]:
    machine = machine_arn(scope, row.machine)
    listed = {
        "executionArn": execution_arn(scope, row.machine, row.name),
        "stateMachineArn": machine,
        "name": row.name,
        "status": row.status,
        "startDate": to_datetime(row.started_ms),
        "redriveCount": row.redrive_count,
        **_map_run(tx, scope, row),
    }
    if row.stopped_ms is not None:
        listed["stopDate"] = to_datetime(row.stopped_ms)
    if row.version is not None:
        listed["stateMachineVersionArn"] = f"{machine}:{row.version}"
    if row.alias is not None:
        listed["stateMachineAliasArn"] = f"{machine}:{row.alias}"
    if row.redriven_ms is not None:
        listed["redriveDate"] = to_datetime(row.redriven_ms)
    return listed


def _map_run(tx: Snapshot, scope: Scope, row: Row) -> dict[str, str]:
    run = None if row.map_run is None else map_run_rows.find(tx, scope, row.map_run)
    return {} if run is None else {"mapRunArn": map_run_arn(scope, run.machine, run.label, run.id)}
