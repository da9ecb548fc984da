"""Who besides the owner may put events on a bus: the bus's policy, statement by statement or whole.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html and
API_RemovePermission.html beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Result, command
from windsock.kernel.errors import ValidationError
from windsock.services.events import bus_rows
from windsock.services.events.buses import touch_bus
from windsock.services.events.errors import PolicyLengthExceeded, ResourceNotFound
from windsock.services.events.limits import POLICY_CHARACTERS
from windsock.services.events.names import DEFAULT_BUS, bus_arn
from windsock.services.events.policy_documents import parse_policy

POLICY_VERSION: Final = "2012-10-17"
ACTION: Final = "events:PutEvents"
_STATEMENT_PARAMETERS: Final = ("Action", "Principal", "StatementId", "Condition")


@command("PutPermission")
def put_permission(ctx: Command, params: Params) -> Result:
    """Add a statement (replacing the one of its StatementId), or replace the whole policy by `Policy`."""
    name = params.get("EventBusName") or DEFAULT_BUS
    kept = touch_bus(ctx, name).policy
    if params.get("Policy") is not None:
        policy = _whole_policy(params)
    else:
        policy = _with_statement(kept, _statement(params, ctx.scope.partition, bus_arn(ctx.scope, name)))
    text = orjson.dumps(policy).decode()
    if len(text) > POLICY_CHARACTERS:
        raise PolicyLengthExceeded
    bus_rows.set_policy(ctx.tx, ctx.scope, name, ctx.now_ms, text)
    return None


@command("RemovePermission")
def remove_permission(ctx: Command, params: Params) -> Result:
    """Remove one statement, or all with RemoveAllPermissions. A policy goes with its last statement."""
    name = params.get("EventBusName") or DEFAULT_BUS
    kept = touch_bus(ctx, name).policy
    if params.get("RemoveAllPermissions"):
        bus_rows.set_policy(ctx.tx, ctx.scope, name, ctx.now_ms, None)
        return None
    if params.get("StatementId") is None:
        raise ValidationError("Parameter StatementId must be specified.")
    policy = orjson.loads(kept) if kept else {"Statement": []}
    remaining = [each for each in policy["Statement"] if each.get("Sid") != params["StatementId"]]
    if len(remaining) == len(policy["Statement"]):
        raise ResourceNotFound("Statement with the provided id does not exist.")
    policy["Statement"] = remaining
    text = orjson.dumps(policy).decode() if remaining else None
    bus_rows.set_policy(ctx.tx, ctx.scope, name, ctx.now_ms, text)
    return None


def _statement(params: Mapping[str, Any], partition: str, resource: str) -> dict[str, Any]:
    """The statement that PutPermission's parameters stand for, as AWS writes it."""
    for name in ("Action", "Principal", "StatementId"):
        if params.get(name) is None:
            raise ValidationError(f"Parameter {name} must be specified.")
    if params["Action"] != ACTION:
        raise ValidationError("Provided value in parameter 'action' is not supported.")
    principal: str = params["Principal"]
    statement: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"AWS": f"arn:{partition}:iam::{principal}:root"},
        "Action": ACTION,
        "Resource": resource,
    }
    condition: Mapping[str, str] | None = params.get("Condition")
    if condition is not None:
        _check_condition(condition, principal)
        statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return statement


def _check_condition(condition: Mapping[str, str], principal: str) -> None:
    if principal != "*":
        raise ValidationError(
            "Value of the parameter 'principal' must be '*' when the parameter 'condition' is set."
        )
    if condition["Type"] != "StringEquals" or condition["Key"] != "aws:PrincipalOrgID":
        raise ValidationError("Provided value in parameter 'condition' is not supported.")


def _with_statement(kept: str | None, statement: dict[str, Any]) -> dict[str, Any]:
    policy: dict[str, Any] = orjson.loads(kept) if kept else {"Version": POLICY_VERSION, "Statement": []}
    statements: list[dict[str, Any]] = policy["Statement"]
    for position, each in enumerate(statements):
        if each.get("Sid") == statement["Sid"]:
            statements[position] = statement
            return policy
    statements.append(statement)
    return policy


def _whole_policy(params: Mapping[str, Any]) -> dict[str, Any]:
    beside = [name for name in _STATEMENT_PARAMETERS if params.get(name) is not None]
    if beside:
        raise ValidationError(f"Parameter(s) {', '.join(beside)} cannot be specified together with Policy.")
    return parse_policy(params["Policy"])
