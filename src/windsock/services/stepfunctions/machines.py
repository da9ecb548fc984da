"""State machines: made, changed, shown, listed and deleted.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html and the
pages of the other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Command, Context, Params, Query, Result, command, query, waiting
from windsock.engine.tag_sets import NO_TAGS
from windsock.kernel.clock import to_datetime
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions import execution_rows, machine_rows, versions
from windsock.services.stepfunctions.definition_checks import check_definition
from windsock.services.stepfunctions.definition_texts import variable_references
from windsock.services.stepfunctions.errors import (
    MissingRequiredParameter,
    StateMachineAlreadyExists,
    StateMachineDeleting,
    StateMachineDoesNotExist,
    StateMachineLimitExceeded,
    not_valid,
)
from windsock.services.stepfunctions.limits import STATE_MACHINES
from windsock.services.stepfunctions.live_runs import LiveRuns
from windsock.services.stepfunctions.machine_settings import CONFIGURATIONS, Settings, require_log_group
from windsock.services.stepfunctions.names import (
    MachineName,
    check_name,
    check_role,
    machine_arn,
    machine_named,
)
from windsock.services.stepfunctions.pages import page, page_size, start_after
from windsock.services.stepfunctions.references import require_machine, resolve
from windsock.services.stepfunctions.tag_sets import with_tags
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction

_CHANGES: Final = ("definition", "roleArn", *CONFIGURATIONS)
METADATA_ONLY: Final = "METADATA_ONLY"
_KEY: Final = frozenset({"account", "region", "name"})


@waiting("CreateStateMachine")
async def create_state_machine(ctx: Context, params: Params) -> Result:
    """Make a state machine; a repeat of the same request answers the machine that is there."""
    check_name(params["name"])
    check_role(params["roleArn"])
    kind = params.get("type") or machine_rows.STANDARD
    _check_description(params)
    settings = Settings.of_params(params)
    check_definition(params["definition"], kind)
    await require_log_group(ctx, settings)
    return await ctx.engine.store.write(lambda tx: _create(ctx, tx, params, kind, settings))


@waiting("UpdateStateMachine")
async def update_state_machine(ctx: Context, params: Params) -> Result:
    """Change what is given of a state machine. Executions that run go on with what it was."""
    named = machine_named(params["stateMachineArn"])
    if named.qualifier:
        raise StateMachineDoesNotExist(named.arn)
    if not params.get("publish") and not any(member in params for member in _CHANGES):
        raise MissingRequiredParameter
    if "roleArn" in params:
        check_role(params["roleArn"])
    _check_description(params)
    machine, revision = ctx.engine.store.read(lambda tx: _machine_and_revision(tx, named))
    settings = Settings.of_params(params, Settings.of_text(revision.settings))
    check_definition(params.get("definition", revision.definition), machine.type)
    await require_log_group(ctx, settings)
    return await ctx.engine.store.write(lambda tx: _update(ctx, tx, named, params, settings))


@query("DescribeStateMachine")
def describe_state_machine(ctx: Query, params: Params) -> Result:
    """A state machine, or a version of it."""
    named = machine_named(params["stateMachineArn"])
    found = resolve(ctx.tx, named)
    revision = machine_rows.revision(ctx.tx, named.scope, found.revision)
    described = {
        "stateMachineArn": named.arn,
        "name": named.name,
        "status": found.machine.status,
        "type": found.machine.type,
        "creationDate": to_datetime(found.created_ms),
        **described_revision(revision, params),
    }
    return {**described, "description": found.description} if found.description else described


@query("ListStateMachines")
def list_state_machines(ctx: Query, params: Params) -> Result:
    """All state machines, by name."""
    (after,) = start_after(params, [""])
    size = page_size(params)
    rows = machine_rows.after(ctx.tx, ctx.scope, after, size + 1)
    return page("stateMachines", rows, size, lambda row: str(row.name), lambda row: _listed(ctx.scope, row))


@command("DeleteStateMachine")
def delete_state_machine(ctx: Command, params: Params) -> Result:
    """Delete a machine with its versions and aliases; its executions end at their next step."""
    named = machine_named(params["stateMachineArn"])
    if named.qualifier:
        raise not_valid(
            "Unable to delete a state machine version or alias with DeleteStateMachine.",
            "API_DOES_NOT_SUPPORT_LABELED_ARNS",
        )
    row = machine_rows.find(ctx.tx, named.scope, named.name)
    if row is None:
        return {}
    if execution_rows.is_open(ctx.tx, named.scope, named.name):
        machine_rows.put(ctx.tx, named.scope, named.name, {**_kept(row), "status": machine_rows.DELETING})
        ctx.tx.after_commit(ctx.engine.part(LiveRuns).forget_all)
    else:
        machine_rows.remove(ctx.tx, named.scope, named.name)
    return {}


def described_revision(revision: Row, params: Params) -> dict[str, Any]:
    """What the operations that describe a machine show of a revision."""
    hidden = params.get("includedData") == METADATA_ONLY
    described = {
        "definition": "{}" if hidden else revision.definition,
        "roleArn": revision.role,
        **Settings.of_text(revision.settings).values,
    }
    if revision.shown_id is not None:
        described["revisionId"] = revision.shown_id
    references = {} if hidden else variable_references(revision.definition)
    return {**described, "variableReferences": references} if references else described


def _create(ctx: Context, tx: Transaction, params: Params, kind: str, settings: Settings) -> dict[str, Any]:
    named = MachineName(ctx.scope, params["name"])
    row = machine_rows.find(tx, ctx.scope, named.name)
    if row is None:
        row = _insert(ctx, tx, named, params, kind, settings)
    else:
        _require_same(tx, named, row, params, kind, settings)
    answer = {"stateMachineArn": named.arn, "creationDate": to_datetime(row.created_ms)}
    if params.get("publish"):
        version = versions.publish(tx, named, row, params.get("versionDescription"), ctx.now_ms)
        answer["stateMachineVersionArn"] = machine_arn(named.scope, f"{named.name}:{version.version}")
    return answer


def _insert(
    ctx: Context, tx: Transaction, named: MachineName, params: Params, kind: str, settings: Settings
) -> Row:
    if machine_rows.count(tx, named.scope) >= STATE_MACHINES:
        raise StateMachineLimitExceeded(STATE_MACHINES)
    revision = {
        "id": uuid4(),
        "machine": named.name,
        "shown_id": None,
        "type": kind,
        "definition": params["definition"],
        "role": params["roleArn"],
        "settings": settings.text(),
        "created_ms": ctx.now_ms,
    }
    machine_rows.add_revision(tx, named.scope, revision)
    values = {
        "type": kind,
        "status": machine_rows.ACTIVE,
        "revision": revision["id"],
        "last_version": 0,
        "created_ms": ctx.now_ms,
        "tags": with_tags(NO_TAGS, params.get("tags", ())),
    }
    machine_rows.put(tx, named.scope, named.name, values)
    return require_machine(tx, named)


def _require_same(
    tx: Transaction, named: MachineName, row: Row, params: Params, kind: str, settings: Settings
) -> None:
    """A repeat may differ in its role and tags, which are ignored then. Raises StateMachine... otherwise."""
    if row.status == machine_rows.DELETING:
        raise StateMachineDeleting(named.arn)
    revision = machine_rows.revision(tx, named.scope, row.revision)
    wanted = (params["definition"], kind, settings.text())
    if (revision.definition, revision.type, revision.settings) != wanted:
        raise StateMachineAlreadyExists(named.arn)


def _update(
    ctx: Context, tx: Transaction, named: MachineName, params: Params, settings: Settings
) -> dict[str, Any]:
    machine, revision = _machine_and_revision(tx, named)
    changed = {
        "definition": params.get("definition", revision.definition),
        "role": params.get("roleArn", revision.role),
        "settings": settings.text(),
    }
    if changed != {name: getattr(revision, name) for name in changed}:
        revision_id = uuid4()
        values = {**revision._asdict(), **changed, "id": revision_id, "shown_id": revision_id}
        machine_rows.add_revision(tx, named.scope, {**values, "created_ms": ctx.now_ms})
        machine_rows.put(tx, named.scope, named.name, {**_kept(machine), "revision": revision_id})
        machine_rows.remove_unused_revisions(tx, named.scope, named.name)
        machine, revision = _machine_and_revision(tx, named)
    answer: dict[str, Any] = {"updateDate": to_datetime(ctx.now_ms)}
    if revision.shown_id is not None:
        answer["revisionId"] = revision.shown_id
    if params.get("publish"):
        version = versions.publish(tx, named, machine, params.get("versionDescription"), ctx.now_ms)
        answer["stateMachineVersionArn"] = machine_arn(named.scope, f"{named.name}:{version.version}")
    return answer


def _machine_and_revision(tx: Snapshot, named: MachineName) -> tuple[Row, Row]:
    machine = require_machine(tx, named)
    if machine.status == machine_rows.DELETING:
        raise StateMachineDeleting(named.arn)
    return machine, machine_rows.revision(tx, named.scope, machine.revision)


def _kept(row: Row) -> dict[str, Any]:
    """All columns of a machine but its key."""
    return {name: value for name, value in row._asdict().items() if name not in _KEY}


def _check_description(params: Params) -> None:
    if "versionDescription" in params and not params.get("publish"):
        raise not_valid("Version description can only be set when publish is true")


def _listed(scope: Scope, row: Row) -> dict[str, Any]:
    return {
        "stateMachineArn": machine_arn(scope, row.name),
        "name": row.name,
        "type": row.type,
        "creationDate": to_datetime(row.created_ms),
    }
