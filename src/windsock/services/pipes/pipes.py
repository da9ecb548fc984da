"""Pipes: made, changed, started, stopped, shown and deleted.

A change is answered at once with a passing state; the task that works the pipe brings it to the lasting one.
Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html and the pages of
the other operations beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.pages import page
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.pipes import pipe_body, pipe_rows, states
from windsock.services.pipes.errors import Conflict, NotFound
from windsock.services.pipes.limits import PAGE_SIZE
from windsock.services.pipes.names import pipe_arn
from windsock.services.pipes.pages import start_after
from windsock.services.pipes.pipe_checks import check_pipe
from windsock.services.pipes.runs import begin_run
from windsock.services.pipes.tag_sets import TAG_RULES
from windsock.store.statements import Row


@command("CreatePipe")
def create_pipe(ctx: Command, params: Params) -> Result:
    """Make a pipe."""
    name = params["Name"]
    if pipe_rows.find(ctx.tx, ctx.scope, name) is not None:
        raise Conflict(name, f"Pipe {name} already exists.")
    body = pipe_body.created(params)
    check_pipe(ctx.engine, ctx.scope, body)
    values = {
        "tags": TAG_RULES.with_tags(NO_TAGS, params.get("Tags", {})),
        "desired_state": params.get("DesiredState") or states.RUNNING,
        "current_state": states.CREATING,
        "created_ms": ctx.now_ms,
    }
    return _put(ctx, name, body, values)


@command("UpdatePipe")
def update_pipe(ctx: Command, params: Params) -> Result:
    """Change what is given of a pipe and leave the rest; the source cannot change."""
    row = _settled(ctx, params["Name"])
    body = pipe_body.updated(pipe_body.read(row.body), params)
    check_pipe(ctx.engine, ctx.scope, body)
    desired = params.get("DesiredState") or row.desired_state
    return _put(ctx, row.name, body, _kept(row, desired, states.UPDATING))


@command("StartPipe")
def start_pipe(ctx: Command, params: Params) -> Result:
    """Have a pipe read its source; one that does already is left as it is."""
    return _turn(ctx, params["Name"], states.RUNNING, states.STARTING)


@command("StopPipe")
def stop_pipe(ctx: Command, params: Params) -> Result:
    """Have a pipe stop reading, once the batch it is at is done; one that has is left as it is."""
    return _turn(ctx, params["Name"], states.STOPPED, states.STOPPING)


@command("DeletePipe")
def delete_pipe(ctx: Command, params: Params) -> Result:
    """Delete a pipe, once the batch it is at is done."""
    row = _settled(ctx, params["Name"])
    return _put(ctx, row.name, pipe_body.read(row.body), _kept(row, states.DELETED, states.DELETING))


@query("DescribePipe")
def describe_pipe(ctx: Query, params: Params) -> Result:
    """A pipe."""
    row = require_pipe(ctx, params["Name"])
    described = {**_shown(ctx.scope, row), **pipe_body.read(row.body), "Tags": orjson.loads(row.tags)}
    if "LogConfiguration" in described:
        described["LogConfiguration"] = _log_configuration(described["LogConfiguration"])
    return described


@query("ListPipes")
def list_pipes(ctx: Query, params: Params) -> Result:
    """The pipes that have the prefixes and states asked for, by name."""
    limit = params.get("Limit") or PAGE_SIZE
    rows = pipe_rows.after(ctx.tx, ctx.scope, start_after(params))
    found = [row for row in rows if _is_asked_for(row, params)]
    return page("Pipes", found, limit, lambda row: row.name, lambda row: _listed(ctx.scope, row))


def require_pipe(ctx: Query | Command, name: str) -> Row:
    """The row of a pipe. Raises NotFound."""
    row = pipe_rows.find(ctx.tx, ctx.scope, name)
    if row is None:
        raise NotFound(name)
    return row


def _settled(ctx: Command, name: str) -> Row:
    row = require_pipe(ctx, name)
    if states.is_passing(row.current_state):
        raise Conflict(name, f"Pipe {name} is in state {row.current_state} and cannot be changed.")
    return row


def _turn(ctx: Command, name: str, desired: str, passing: str) -> Result:
    row = _settled(ctx, name)
    if row.current_state == desired:
        return _shown(ctx.scope, row)
    return _put(ctx, name, pipe_body.read(row.body), _kept(row, desired, passing))


def _kept(row: Row, desired: str, current: str) -> dict[str, Any]:
    return {
        "tags": row.tags,
        "desired_state": desired,
        "current_state": current,
        "created_ms": row.created_ms,
    }


def _put(ctx: Command, name: str, body: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    run = begin_run(ctx, name)
    row = {
        **values,
        "source": body["Source"],
        "target": body["Target"],
        "enrichment": body.get("Enrichment", ""),
        "body": orjson.dumps(body).decode(),
        "run": run,
        "modified_ms": ctx.now_ms,
    }
    pipe_rows.put(ctx.tx, ctx.scope, name, row)
    return _shown(ctx.scope, require_pipe(ctx, name))


def _shown(scope: Scope, row: Row) -> dict[str, Any]:
    return {
        "Arn": pipe_arn(scope, row.name),
        "Name": row.name,
        "DesiredState": row.desired_state,
        "CurrentState": row.current_state,
        "CreationTime": to_datetime(row.created_ms),
        "LastModifiedTime": to_datetime(row.modified_ms),
    }


def _listed(scope: Scope, row: Row) -> dict[str, Any]:
    listed = {**_shown(scope, row), "Source": row.source, "Target": row.target}
    return {**listed, "Enrichment": row.enrichment} if row.enrichment else listed


def _is_asked_for(row: Row, params: Params) -> bool:
    return (
        row.name.startswith(params.get("NamePrefix", ""))
        and row.source.startswith(params.get("SourcePrefix", ""))
        and row.target.startswith(params.get("TargetPrefix", ""))
        and params.get("DesiredState") in (None, row.desired_state)
        and params.get("CurrentState") in (None, row.current_state)
    )


def _log_configuration(given: Mapping[str, Any]) -> dict[str, Any]:
    """As DescribePipe names its parts: without the `Parameters` that the request says."""
    return {name.removesuffix("Parameters"): value for name, value in given.items()}
