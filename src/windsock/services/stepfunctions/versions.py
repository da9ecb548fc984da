"""Versions: published, listed and deleted. A version never changes.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html
and the pages of ListStateMachineVersions and DeleteStateMachineVersion beside it.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.stepfunctions import alias_rows, machine_rows, version_rows
from windsock.services.stepfunctions.errors import (
    Conflict,
    InvalidArn,
    ServiceQuotaExceeded,
    StateMachineDeleting,
)
from windsock.services.stepfunctions.limits import VERSIONS_PER_MACHINE
from windsock.services.stepfunctions.names import MachineName, machine_arn, machine_named
from windsock.services.stepfunctions.pages import page, page_size, start_after
from windsock.services.stepfunctions.references import require_machine
from windsock.store.statements import Row
from windsock.store.transaction import Transaction

INITIAL: Final = "INITIAL"
"""The revisionId of a machine that was never updated."""

_BEYOND: Final = 2**31


@command("PublishStateMachineVersion")
def publish_state_machine_version(ctx: Command, params: Params) -> Result:
    """Publish what the machine is now; what was published already keeps its number."""
    named = machine_named(params["stateMachineArn"])
    if named.qualifier:
        raise InvalidArn(f"Invalid ARN: {named.arn}")
    machine = require_machine(ctx.tx, named)
    current = machine_rows.revision(ctx.tx, named.scope, machine.revision).shown_id or INITIAL
    wanted = params.get("revisionId", current)
    if wanted != current:
        raise Conflict(
            f"Failed to publish the State Machine version for revision {wanted}. "
            f"The current State Machine revision is {current}."
        )
    row = publish(ctx.tx, named, machine, params.get("description"), ctx.now_ms)
    return _shown(named, row)


@query("ListStateMachineVersions")
def list_state_machine_versions(ctx: Query, params: Params) -> Result:
    """The versions of a machine, the newest first."""
    named = machine_named(params["stateMachineArn"])
    (before,) = start_after(params, [_BEYOND])
    size = page_size(params)
    rows = version_rows.before(ctx.tx, named.scope, named.name, before, size + 1)
    return page("stateMachineVersions", rows, size, lambda row: [row.version], lambda row: _shown(named, row))


@command("DeleteStateMachineVersion")
def delete_state_machine_version(ctx: Command, params: Params) -> Result:
    """Delete a version that no alias routes to. Executions of it go on."""
    named = machine_named(params["stateMachineVersionArn"])
    if named.version is None:
        raise InvalidArn(f"Invalid ARN: {named.arn}")
    using = alias_rows.routing_to(ctx.tx, named.scope, named.name, named.version)
    if using:
        raise Conflict(
            "Version to be deleted must not be referenced by an alias. "
            f"Current list of aliases referencing this version: [{', '.join(using)}]"
        )
    version_rows.remove(ctx.tx, named.scope, named.name, named.version)
    machine_rows.remove_unused_revisions(ctx.tx, named.scope, named.name)
    return {}


def publish(tx: Transaction, named: MachineName, machine: Row, description: str | None, now_ms: int) -> Row:
    """The version that is what the machine is now: the one that was published, or else a new one."""
    if machine.status == machine_rows.DELETING:
        raise StateMachineDeleting(named.arn)
    published = version_rows.of_revision(tx, named.scope, named.name, machine.revision)
    if published is not None:
        return published
    if version_rows.count(tx, named.scope, named.name) >= VERSIONS_PER_MACHINE:
        raise ServiceQuotaExceeded(f"A state machine can have at most {VERSIONS_PER_MACHINE} versions.")
    number = machine.last_version + 1
    values = {
        "machine": named.name,
        "version": number,
        "revision": machine.revision,
        "description": description,
        "created_ms": now_ms,
    }
    version_rows.add(tx, named.scope, values)
    machine_rows.set_last_version(tx, named.scope, named.name, number)
    row = version_rows.find(tx, named.scope, named.name, number)
    if row is None:
        raise LookupError(f"Version {number} of {named.name} was not written.")
    return row


def _shown(named: MachineName, row: Row) -> dict[str, Any]:
    return {
        "stateMachineVersionArn": machine_arn(named.scope, f"{named.name}:{row.version}"),
        "creationDate": to_datetime(row.created_ms),
    }
