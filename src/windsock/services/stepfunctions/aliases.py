"""Aliases: names that route executions to one or two versions of a state machine.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html and
the pages of the other operations beside it.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.stepfunctions import alias_rows, machine_rows, version_rows
from windsock.services.stepfunctions.errors import (
    Conflict,
    ResourceNotFound,
    ServiceQuotaExceeded,
    StateMachineDeleting,
    not_valid,
)
from windsock.services.stepfunctions.limits import ALIASES_PER_MACHINE
from windsock.services.stepfunctions.names import MachineName, machine_arn, machine_named
from windsock.services.stepfunctions.pages import page, page_size, start_after
from windsock.services.stepfunctions.references import require_machine
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

_ALL: Final = 100
_NO_RESOURCE: Final = "Request references a resource that does not exist."


@command("CreateStateMachineAlias")
def create_state_machine_alias(ctx: Command, params: Params) -> Result:
    """Make an alias; a repeat of the same request answers the alias that is there."""
    target, routing = _checked_routing(ctx.tx, params["routingConfiguration"])
    named = MachineName(target.scope, target.name, params["name"])
    _require_active(ctx.tx, target)
    row = alias_rows.find(ctx.tx, named)
    if row is None:
        if len(alias_rows.of_machine(ctx.tx, named.scope, named.name)) >= ALIASES_PER_MACHINE:
            raise ServiceQuotaExceeded(f"A state machine can have at most {ALIASES_PER_MACHINE} aliases.")
        values = {
            "description": params.get("description"),
            "routing": routing,
            "created_ms": ctx.now_ms,
            "updated_ms": ctx.now_ms,
        }
        alias_rows.put(ctx.tx, named, values)
        row = _require(ctx.tx, named)
    elif (row.routing, row.description) != (routing, params.get("description")):
        raise Conflict(
            "Failed to create alias because an alias with the same name and a different routing "
            "configuration already exists."
        )
    return {"stateMachineAliasArn": named.arn, "creationDate": to_datetime(row.created_ms)}


@command("UpdateStateMachineAlias")
def update_state_machine_alias(ctx: Command, params: Params) -> Result:
    """Change what is given of an alias."""
    named = machine_named(params["stateMachineAliasArn"])
    if "description" not in params and "routingConfiguration" not in params:
        raise not_valid(
            "Either the description or the routingConfiguration must be specified",
            "MISSING_REQUIRED_PARAMETER",
        )
    row = _require(ctx.tx, named)
    _require_active(ctx.tx, named)
    routing = row.routing
    if "routingConfiguration" in params:
        target, routing = _checked_routing(ctx.tx, params["routingConfiguration"])
        if (target.scope, target.name) != (named.scope, named.name):
            raise not_valid(
                "Routing configuration must contain versions of the alias's state machine.",
                "INVALID_ROUTING_CONFIGURATION",
            )
    values = {
        "description": params.get("description", row.description),
        "routing": routing,
        "created_ms": row.created_ms,
        "updated_ms": ctx.now_ms,
    }
    alias_rows.put(ctx.tx, named, values)
    return {"updateDate": to_datetime(ctx.now_ms)}


@query("DescribeStateMachineAlias")
def describe_state_machine_alias(ctx: Query, params: Params) -> Result:
    """An alias."""
    named = machine_named(params["stateMachineAliasArn"])
    row = _require(ctx.tx, named)
    described = {
        "stateMachineAliasArn": named.arn,
        "name": row.name,
        "routingConfiguration": [
            {
                "stateMachineVersionArn": machine_arn(named.scope, f"{named.name}:{route['version']}"),
                "weight": route["weight"],
            }
            for route in orjson.loads(row.routing)
        ],
        "creationDate": to_datetime(row.created_ms),
        "updateDate": to_datetime(row.updated_ms),
    }
    return described if row.description is None else {**described, "description": row.description}


@query("ListStateMachineAliases")
def list_state_machine_aliases(ctx: Query, params: Params) -> Result:
    """The aliases of a machine, or those that route to one of its versions, by name."""
    named = machine_named(params["stateMachineArn"])
    require_machine(ctx.tx, named)
    (after,) = start_after(params, [""])
    rows = [row for row in alias_rows.of_machine(ctx.tx, named.scope, named.name) if row.name > after]
    if named.version is not None:
        wanted = alias_rows.routing_to(ctx.tx, named.scope, named.name, named.version)
        rows = [row for row in rows if row.name in wanted]
    size = page_size(params)
    return page("stateMachineAliases", rows, size, lambda row: str(row.name), lambda row: _listed(named, row))


@command("DeleteStateMachineAlias")
def delete_state_machine_alias(ctx: Command, params: Params) -> Result:
    """Delete an alias. The versions it routes to stay."""
    alias_rows.remove(ctx.tx, machine_named(params["stateMachineAliasArn"]))
    return {}


def _require(tx: Snapshot, named: MachineName) -> Row:
    row = alias_rows.find(tx, named)
    if row is None:
        raise ResourceNotFound(named.arn, _NO_RESOURCE)
    return row


def _require_active(tx: Snapshot, named: MachineName) -> None:
    machine = machine_rows.find(tx, named.scope, named.name)
    if machine is not None and machine.status == machine_rows.DELETING:
        raise StateMachineDeleting(machine_arn(named.scope, named.name))


def _checked_routing(tx: Snapshot, given: list[dict[str, Any]]) -> tuple[MachineName, str]:
    """The machine that a routing configuration is for, and the form in which it is kept."""
    arns = [route["stateMachineVersionArn"] for route in given]
    named = [machine_named(arn) for arn in arns]
    received = f"Received: [{', '.join(arns)}]"
    if any(each.version is None for each in named):
        raise _not_routable(f"Routing configuration must contain state machine version ARNs. {received}")
    if len(set(arns)) < len(arns):
        raise _not_routable(
            f"Routing configuration must contain distinct state machine version ARNs. {received}"
        )
    if len({(each.scope, each.name) for each in named}) > 1:
        raise _not_routable(
            f"Routing configuration must contain state machine version ARNs of one state machine. {received}"
        )
    weights = [route["weight"] for route in given]
    if sum(weights) != _ALL:
        raise _not_routable(f"Sum of routing configuration weights must equal {_ALL}. Received: {weights}")
    for each in named:
        if version_rows.find(tx, each.scope, each.name, int(each.qualifier)) is None:
            raise ResourceNotFound(each.arn, _NO_RESOURCE)
    routes = [
        {"version": int(each.qualifier), "weight": weight}
        for each, weight in zip(named, weights, strict=True)
    ]
    return named[0], orjson.dumps(routes).decode()


def _not_routable(message: str) -> Exception:
    return not_valid(message, "INVALID_ROUTING_CONFIGURATION")


def _listed(named: MachineName, row: Row) -> dict[str, Any]:
    return {
        "stateMachineAliasArn": machine_arn(named.scope, f"{named.name}:{row.name}"),
        "creationDate": to_datetime(row.created_ms),
    }
